package org.mitogen4j.internal.parent.start;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.StartTimes;

/**
 * One connection of a start: reads noise up to the token, and tells why no token came, or why the
 * link ended later.
 */
public final class StartAttempt {
  /** The most characters of noise before the token that are kept for the error message. */
  private static final int NOISE = 1 << 14;

  /** The most characters of the last output in the cause of the end of a link. */
  private static final int LAST_WORDS = 500;

  /** Matches messages of JVMs that do not get the memory that they want. */
  private static final String NO_MEMORY =
      "Could not (reserve|allocate)|[Cc]annot allocate memory|insufficient memory"
          + "|Failed to (reserve|commit)|maximum representable size";

  /** Matches messages of shells and JVMs that may not start a process or a thread. */
  private static final String NO_PROCESS =
      "[Cc](an't|annot|ould not) fork|fork: (retry: )?Resource temporarily|unable to create (new"
          + " )?native thread|pthread_create failed|Cannot create \\w+ thread";

  private static final String PROCESS_ADVICE =
      ", for the account may start no more processes or threads (raise its limit, ulimit -u, or"
          + " that of its container)";

  final Connection connection;
  final ChildStderr errors;
  private final String token;
  private final Link link;
  private final ContextRecord child;

  @SuppressWarnings("JdkObsolete") // two threads use it
  private final StringBuffer printed = new StringBuffer();

  /** The lines of the script: a letter and what was tried. */
  private volatile String script = "";

  /** Whether the parent gave the path of java. */
  private final boolean javaGiven;

  /** The oldest version of Java that is accepted; 0 for any. */
  private final int oldestJava;

  /** The java program that was run; null before. */
  private volatile String java;

  private volatile String javaHome = "";

  private volatile boolean ended;

  /** Runs when the first output of the script comes: then the login is over. */
  private final Runnable reached;

  StartAttempt(
      String token,
      Connection connection,
      ChildStderr errors,
      Link link,
      ContextRecord child,
      boolean javaGiven,
      int oldestJava,
      Runnable reached) {
    this.oldestJava = oldestJava;
    this.javaGiven = javaGiven;
    this.reached = reached;
    this.link = link;
    this.child = child;
    this.token = token;
    this.connection = connection;
    this.errors = errors;
  }

  /** Reads up to the token; frames follow. Returns false if the stream ended before. */
  boolean listen() throws IOException {
    InputStream in = connection.input();
    StringBuilder line = new StringBuilder();
    int first = in.read();
    reached.run();
    if (first >= 0) {
      child.times.note(StartTimes.SHELL_REACHED);
    }
    for (int b = first; b >= 0; b = in.read()) {
      if (b != '\n') {
        line.append((char) b);
      } else if (line.indexOf(token + ":up") >= 0) {
        child.times.note(StartTimes.JVM_UP);
        return true;
      }
      if (b == '\n' || line.length() > NOISE) {
        int wrong = line.indexOf(token + "!");
        if (wrong >= 0) {
          told(text(line.substring(wrong + token.length() + 1)));
        } else {
          noise(line.append('\n').toString());
        }
        line.setLength(0);
      }
    }
    noise(line.toString());
    return false;
  }

  /** Decodes bytes that were read one by one. */
  private static String text(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private void noise(String line) {
    printed.append(text(line));
    printed.delete(0, Math.max(0, printed.length() - NOISE));
  }

  private void told(String word) {
    if (!word.isEmpty() && word.charAt(0) == BootstrapScript.JAVA_RUN) {
      int home = word.lastIndexOf(':');
      java = word.substring(1, home).trim();
      javaHome = word.substring(home + 1).trim();
      child.times.note(StartTimes.JAVA_RUN);
    }
    script = word;
  }

  /** Whether the other end has closed the link after the child was up. */
  boolean ended() {
    return ended;
  }

  /** Whether the script found no folder that it can write to. */
  boolean noPlace() {
    return !script.isEmpty() && script.charAt(0) == BootstrapScript.NO_SPACE;
  }

  /** Whether the script asked for {@link BootstrapScript#careful}, or the JVM refused to start. */
  boolean needsCare() {
    char word = script.isEmpty() ? 0 : script.charAt(0);
    return word == BootstrapScript.CAREFUL
        || word == BootstrapScript.JAVA_RUN && failure().reason() == Reason.JAVA_FAILED;
  }

  /**
   * Whether java was found but did not start a context or is too old, or the path that was given
   * has no java.
   */
  boolean isJavaUnusable() {
    char word = script.isEmpty() ? 0 : script.charAt(0);
    if (word == BootstrapScript.JAVA_RUN) {
      Reason reason = failure().reason();
      return reason == Reason.JAVA_FAILED || reason == Reason.JAVA_TOO_OLD;
    }
    return word == BootstrapScript.JAVA_GIVEN || word == BootstrapScript.JAVA_OLD;
  }

  /** Whether {@link BootstrapScript#opening} is needed, since the Java lacks jdk.unsupported. */
  boolean lacksUnsafe() {
    return isJavaUnusable() && matches("opens java\\.io");
  }

  /** Whether no java was found. */
  boolean isJavaMissing() {
    return !script.isEmpty() && script.charAt(0) == BootstrapScript.JAVA_MISSING;
  }

  /** The java program that was run; null before. */
  String java() {
    return java;
  }

  /** The text for a JAVA_HOME that is set on the other side but has no java. */
  void javaHomeIsWrong(Consumer<String> log) {
    if (!javaGiven && !javaHome.isEmpty() && !java.equals(javaHome + "/bin/java")) {
      log.accept(
          child.name
              + ": no java program that can be used in its JAVA_HOME, "
              + javaHome
              + "; it runs "
              + java);
    }
  }

  /** The stream of the child's frames; its end is an exception with the cause. */
  InputStream frames() {
    return new FilterInputStream(connection.input()) {
      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        int n;
        try {
          n = super.read(b, off, len);
        } catch (IOException e) {
          throw e.getMessage() == null ? new IOException(e.toString(), e) : e;
        }
        if (n < 0) {
          ended = true;
          if (link.dead() == null) {
            link.end(cause());
          }
        }
        return n;
      }
    };
  }

  /** The cause of the child's end: its own words, and what is seen from here. */
  private EndCause cause() {
    EndCause said = child.leaving;
    if (said == null) {
      String last = child.calls.last();
      String function =
          last == null ? "" : "; the last function called there was " + FunctionName.of(last);
      errors.await();
      String crash = errors.crash();
      if (crash != null) {
        String text = "its JVM crashed: " + crash + "; the log has its report" + function;
        return new EndCause(EndCause.EXITED, text);
      }
      String text = "the other end closed the link and did not say why: " + lastWords() + function;
      return new EndCause(EndCause.LOST, text);
    }
    return said.kind == EndCause.EXITED
        ? new EndCause(said.kind, said.text + "; " + lastWords())
        : said;
  }

  private String lastWords() {
    String how = child.how + ": " + how().getMessage();
    String said = errors.last(LAST_WORDS).trim();
    return said.isEmpty() ? how : how + "; its last words: " + said;
  }

  private StartException how() {
    errors.await();
    return connection.failure(!script.isEmpty(), printed.toString(), errors.last(NOISE));
  }

  /** What came from the other side so far, for an error message. */
  String heard() {
    StringBuilder s = new StringBuilder();
    String said = errors.last(NOISE).trim();
    if (!said.isEmpty()) {
      s.append("; stderr: ").append(said);
    }
    String noise = printed.toString().trim();
    if (!noise.isEmpty()) {
      s.append("; it printed: ").append(noise);
    }
    return s.toString();
  }

  /** The failure of the start; called after the end of the stream. */
  StartException failure() {
    StartException how = how();
    String tried = script.length() > 1 ? script.substring(1).trim() : "";
    switch (script.isEmpty() ? 0 : script.charAt(0)) {
      case BootstrapScript.JAVA_GIVEN:
        return new StartException(
            Reason.JAVA_MISSING, "there is no program at the java path given, " + tried + heard());
      case BootstrapScript.JAVA_OLD:
        return new StartException(
            Reason.JAVA_TOO_OLD,
            "the program at the java path given, " + tried + ", is not " + oldest() + heard());
      case BootstrapScript.JAVA_MISSING:
        return new StartException(
            Reason.JAVA_MISSING,
            "found no "
                + (oldestJava == 0 ? "java" : oldest() + ",")
                + " by "
                + tried
                + ", nor at "
                + BootstrapScript.PLACES
                + "; give its path with javaPath()"
                + heard());
      case BootstrapScript.NO_SPACE:
        return new StartException(
            Reason.NO_SPACE,
            "could not write 2 KB to any of "
                + tried
                + ": they are missing, read-only or full; make one of them writable"
                + heard());
      case BootstrapScript.INPUT_LOST:
        return new StartException(
            Reason.COMMAND_REFUSED,
            "another program has read what was sent for java: see which start-up file of the shell,"
                + " such as ~/.bashrc, reads standard input or runs another shell"
                + heard());
      case BootstrapScript.JAVA_RUN:
        return javaFailed(how);
      default:
        return matches(NO_PROCESS)
            ? new StartException(
                Reason.TOO_MANY_PROCESSES, how.getMessage() + PROCESS_ADVICE + heard())
            : new StartException(how.reason(), how.getMessage() + heard());
    }
  }

  private String oldest() {
    return "Java " + oldestJava + " or later, which minimumJava() asks for";
  }

  private boolean matches(String pattern) {
    return Pattern.compile(pattern).matcher(errors.report() + errors.last(NOISE)).find();
  }

  private StartException javaFailed(StartException how) {
    String said = errors.last(NOISE);
    Reason reason = how.reason() == Reason.OTHER ? Reason.JAVA_FAILED : how.reason();
    String hint = "";
    if (said.contains("UnsupportedClassVersionError")) {
      reason = Reason.JAVA_TOO_OLD;
      hint = ", for it is older than Java 8 (give the path of another with javaPath())";
    } else if (matches(NO_PROCESS)) {
      reason = Reason.TOO_MANY_PROCESSES;
      hint = PROCESS_ADVICE;
    } else if (matches(NO_MEMORY)) {
      reason = Reason.NO_MEMORY;
      hint =
          ", for it did not get its memory (set how much with"
              + " jvmArguments(), such as -Xmx64m, or raise the limits of the account, ulimit -v"
              + " and -d)";
    }
    return new StartException(
        reason, java + " did not start a context" + hint + ": " + how.getMessage() + heard());
  }
}
