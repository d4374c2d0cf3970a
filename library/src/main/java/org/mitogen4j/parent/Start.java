package org.mitogen4j.parent;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.connect.Bootstrap;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.ConnectException.Reason;
import org.mitogen4j.connect.Connection;
import org.mitogen4j.connect.ConnectionMethod;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.kernel.Stream;

/**
 * The start of one child. The calling thread opens the connection, writes the first flight, and
 * waits until the child is up. Another reads: noise at first, then frames, until the stream ends. A
 * third reads what the carrier says on its stderr.
 */
final class Start {
  /** Noise before the child's first word is kept for the error message up to this. */
  private static final int NOISE = 1 << 14;

  private final Parent parent;
  private final Known child;
  private final ConnectionMethod<?> method;
  private final Stream stream;
  private final String token = Token.random();
  private final CountDownLatch done = new CountDownLatch(1);

  @SuppressWarnings("JdkObsolete") // two threads use it
  private final StringBuffer printed = new StringBuffer();

  private Connection connection;
  private Errors errors;
  private volatile boolean isUp;
  private volatile ConnectException failure;

  Start(Parent parent, Known child, ConnectionMethod<?> method, Stream stream) {
    this.parent = parent;
    this.child = child;
    this.method = method;
    this.stream = stream;
  }

  /** Returns when the child is up. */
  void run() throws ConnectException {
    try {
      connection = method.open(bootstrap());
    } catch (IOException e) {
      throw fail(e instanceof ConnectException ? (ConnectException) e : other(e.toString()));
    }
    MessageRouter router = parent.router;
    stream.owner = connection;
    errors = new Errors(parent, child, connection.errors());
    router.thread("errors " + child.name, errors).start();
    stream.attach(connection.input(), connection.output());
    router.thread("read " + child.name, new Reader()).start();
    try {
      stream.begin(connection.preamble());
    } catch (IOException e) {
      // the reader learns why the other end closed
    }
    try {
      long millis = method.connectTimeout().toMillis();
      if (!done.await(millis, TimeUnit.MILLISECONDS)) {
        throw fail(
            new ConnectException(
                Reason.TIMEOUT,
                "no sign of life within the connect timeout of " + millis + " ms" + heard()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(other("interrupted while waiting for the child" + heard()));
    }
    if (!isUp) {
      throw fail(failure == null ? other("the link ended" + heard()) : failure);
    }
    errors.forward();
  }

  private Bootstrap bootstrap() {
    byte[] image = parent.router.classes.image;
    byte[] jar = parent.classes.firstStageJar();
    String name = method.remoteName() == null ? Self.describe() : method.remoteName();
    String script =
        Script.text(
            token, method.javaPath(), method.jvmArguments(), name, jar.length, image.length);
    return new Bootstrap(token, script, jar, image, settings());
  }

  private byte[] settings() {
    return settings(parent.router, child.id, child.name);
  }

  /** The settings of a child, as they travel: an int, their length, and an array of values. */
  static byte[] settings(MessageRouter own, int id, String name) {
    Object[] above = new Object[own.parents.length + 1];
    above[0] = own.id;
    for (int i = 0; i < own.parents.length; i++) {
      above[i + 1] = own.parents[i];
    }
    Object[] settings = own.settings.clone();
    settings[0] = id;
    settings[1] = above;
    settings[2] = name;
    Encoder e = new Encoder(own, true);
    e.value(settings);
    byte[] bytes = Arrays.copyOfRange(e.buf, Header.SIZE - 4, e.len);
    Header.putInt(bytes, 0, bytes.length - 4);
    return bytes;
  }

  private static ConnectException other(String text) {
    return new ConnectException(Reason.OTHER, text);
  }

  private ConnectException fail(ConnectException e) {
    ConnectException told =
        new ConnectException(
            e.reason(), "can't start " + child.name + " by " + method + ": " + e.getMessage());
    stream.end(told.getMessage());
    return told;
  }

  /** What came from the other side so far, for an error message. */
  private String heard() {
    StringBuilder s = new StringBuilder();
    String said = errors.text().trim();
    if (!said.isEmpty()) {
      s.append("; stderr: ").append(said);
    }
    String noise = printed.toString().trim();
    if (!noise.isEmpty()) {
      s.append("; it printed: ").append(noise);
    }
    return s.toString();
  }

  /** The child said who it is. On its reading thread. */
  void up() {
    isUp = true;
    done.countDown();
  }

  /** The stream ended. On any thread. */
  void ended(String reason) {
    done.countDown();
  }

  /** Skips noise up to the child's first word, and then reads frames. */
  private final class Reader implements Runnable {
    @Override
    public void run() {
      try {
        String word = firstWord(connection.input());
        if (word.equals("up")) {
          stream.run();
          return;
        }
        errors.await();
        ConnectException how = connection.failure(printed.toString(), errors.text());
        failure = explain(word, how);
      } catch (IOException | RuntimeException e) {
        failure = other(e + heard());
      }
      stream.end(failure.getMessage());
      done.countDown();
    }

    /** What follows the token; empty at the end of the stream. */
    private String firstWord(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.append((char) b);
        }
        if (b == '\n' || line.length() > NOISE) {
          int at = line.indexOf(token + ":");
          int wrong = line.indexOf(token + "!");
          if (at >= 0) {
            return line.substring(at + token.length() + 1);
          } else if (wrong >= 0) {
            return line.substring(wrong + token.length());
          }
          line.append('\n');
          printed.append(line);
          printed.delete(0, Math.max(0, printed.length() - NOISE));
          line.setLength(0);
        }
      }
      printed.append(line);
      return "";
    }
  }

  private ConnectException explain(String word, ConnectException how) {
    if (word.startsWith("!")) {
      String tried = word.length() > 3 ? word.substring(3).trim() : "";
      switch (word.length() > 1 ? word.charAt(1) : 0) {
        case Script.JAVA_GIVEN:
          return new ConnectException(
              Reason.JAVA_MISSING, "there is no program at the java path given, " + tried);
        case Script.JAVA_MISSING:
          return new ConnectException(
              Reason.JAVA_MISSING,
              "found no java in JAVA_HOME and PATH ("
                  + tried
                  + ") nor at "
                  + Script.PLACES
                  + "; give its path with javaPath()");
        default:
          return new ConnectException(
              Reason.NO_SPACE,
              "could not write 2 KB to any of "
                  + Script.DIRECTORIES
                  + ": they are missing, read-only or full"
                  + heard());
      }
    }
    String said = errors.text();
    Reason reason = how.reason();
    String hint = "";
    if (said.contains("UnsupportedClassVersionError")) {
      reason = Reason.JAVA_TOO_OLD;
      hint = "; the child needs Java 8 or later";
    } else if (said.contains("No space left on device")) {
      reason = Reason.NO_SPACE;
    } else if (reason == Reason.OTHER
        && said.matches("(?s).*(initialization of VM|Java V|JVM|java).*")) {
      reason = Reason.JAVA_FAILED;
    }
    return new ConnectException(reason, how.getMessage() + hint + heard());
  }
}
