package org.mitogen4j.connect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.ProcessConnection;
import org.mitogen4j.connect.spi.ProcessDescendants;

/**
 * What a console shows, as far as it was read, and what is typed there. Reads only what is there,
 * so that no deadline depends on the other side. One thread uses it.
 */
final class ConsoleText {
  private static final long POLL_MILLIS = 2;

  /** What was shown is kept up to this many bytes. */
  private static final int KEPT = 1 << 14;

  /** More bytes than this ahead of the child are a flood. */
  private static final int MOST = 1 << 20;

  /** The most characters of it in a message. */
  private static final int SHOWN = 600;

  private static final long END_MILLIS = 500;

  /** What terminals are told about colours and the cursor. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001b(\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\u0007\u001b]*(\u0007|\u001b\\\\)?|.)");

  /**
   * What programs ask a terminal, and wait for: what kind it is (fish), and where the cursor is
   * (busybox, shells in Python).
   */
  private static final Pattern QUESTION = Pattern.compile("\u001b\\[(0?c|6n)$");

  /** The longest question, in characters. */
  private static final int QUESTION_SIZE = 4;

  /** The most questions that are answered: no other side can have us type without end. */
  private static final int MOST_QUESTIONS = 100;

  private static final Pattern UNREACHABLE =
      Pattern.compile("(?i)connection refused|no route to host|unreachable|timed out");

  private static final Pattern UNKNOWN =
      Pattern.compile(
          "(?i)name or service not known|could not resolve|unknown host|failure in name resolution"
              + "|nodename nor servname");

  final Process process;
  private final InputStream in;
  private final OutputStream out;
  private final ConnectDeadline deadline;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder shown = new StringBuilder();

  /** The password that was typed: a console may show it. Null before. */
  private Secret secret;

  private int total;
  private int questions;
  private long heard = System.nanoTime();

  /** The text of a program that runs. */
  ConsoleText(Process process, ConnectDeadline deadline) {
    this.process = process;
    this.deadline = deadline;
    in = process.getInputStream();
    out = process.getOutputStream();
  }

  /**
   * Waits until a line is whole, or nothing is shown for some time.
   *
   * @param quietMillis that time
   * @return the line without its end; null when nothing more was shown
   * @throws StartException when the program ends, or the connect timeout is over
   */
  String line(long quietMillis) throws IOException {
    long since = System.nanoTime();
    for (; ; ) {
      boolean alive = process.isAlive();
      if (!alive) {
        pause(); // Java takes what is left in the pipe of a program that has ended
      }
      for (int left = in.available(); left > 0; left--) { // a flood must not hold up the deadline
        int b = in.read();
        heard = System.nanoTime();
        shown.append((char) (b & 255));
        if (shown.length() > 2 * KEPT) {
          shown.delete(0, shown.length() - KEPT);
        }
        if (++total > MOST) {
          throw new StartException(
              Reason.OTHER, "the console shows more than " + MOST + " bytes" + said());
        }
        if (b == '\n') {
          return take();
        }
        line.write(b);
        if (b == 'c' || b == 'n') {
          answerTerminal();
        }
        if (line.size() > KEPT) {
          take();
        }
      }
      long now = System.nanoTime();
      if (!alive) {
        throw ended();
      } else if (deadline.isOver()) {
        throw deadline.exceeded(said());
      } else if (now - Math.max(since, heard) > quietMillis * 1_000_000) {
        return null;
      }
      pause();
    }
  }

  private void pause() throws StartException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException(Reason.OTHER, "interrupted" + said());
    }
  }

  /** Answers as a terminal does, if what was shown last asks it: a VT102, at its first place. */
  private void answerTerminal() throws IOException {
    String last = shown.substring(Math.max(0, shown.length() - QUESTION_SIZE));
    Matcher question = QUESTION.matcher(last);
    if (question.find() && questions++ < MOST_QUESTIONS) {
      type(question.group(1).equals("6n") ? "\u001b[1;1R" : "\u001b[?6c");
    }
  }

  private String take() {
    String text = new String(line.toByteArray(), StandardCharsets.UTF_8);
    line.reset();
    return text.replace("\r", "");
  }

  /** The last line, which has no end yet, with single spaces, as somebody would see it. */
  String prompt() {
    String text = new String(line.toByteArray(), StandardCharsets.UTF_8);
    text = ESCAPES.matcher(text).replaceAll("");
    text = text.substring(text.lastIndexOf('\r', text.length() - 2) + 1);
    return text.replaceAll("[\\s\\p{Z}\\p{Cc}]+", " ").trim();
  }

  /** Forgets the line that has no end: it was answered. */
  void answered() {
    line.reset();
  }

  /** Types a text. */
  void type(String text) throws IOException {
    type(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Types a password and a carriage return. From then on no message contains the password. */
  void type(Secret password) throws IOException {
    secret = password;
    byte[] bytes = password.bytes();
    byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\r';
    try {
      type(line);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(line, (byte) 0);
    }
  }

  /** Types bytes. The caller limits the bytes that the console has not answered yet. */
  void type(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      line(0); // its last words say more
      throw e;
    }
  }

  /** What was shown last, for a message. */
  String said() {
    byte[] bytes = shown.toString().getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(bytes, StandardCharsets.UTF_8);
    text = ESCAPES.matcher(text).replaceAll("").replaceAll("\\s*[\r\n]+\\s*", "\n").trim();
    text = withoutSecret(text);
    String last = text.substring(Math.max(0, text.length() - SHOWN));
    return last.isEmpty() ? "; the console showed nothing" : "; the console showed: " + last;
  }

  /** A text of the console for a message: with stars in place of the password. */
  String withoutSecret(String text) {
    String typed = secret == null ? "" : new String(secret.chars());
    return typed.isEmpty() ? text : text.replace(typed, secret.toString());
  }

  private StartException ended() {
    StartException how =
        new ProcessConnection(process, "console", new byte[0]).failure(true, "", "");
    Reason reason = how.reason();
    String text = shown.toString();
    if (UNKNOWN.matcher(text).find()) {
      reason = Reason.HOST_UNKNOWN;
    } else if (UNREACHABLE.matcher(text.toLowerCase(Locale.ROOT)).find()) {
      reason = Reason.UNREACHABLE;
    }
    return new StartException(
        reason, "the program of the console ended: " + how.getMessage() + said());
  }

  /**
   * Ends the program; does not wait until it has ended. It is told here, not on the thread that
   * waits: this JVM may exit right after a start that failed, and the line would stay in use.
   */
  void end() {
    ProcessDescendants descendants = ProcessDescendants.of(process);
    process.destroy();
    Thread thread =
        new Thread(
            () -> {
              try {
                process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                // nobody has this thread
              }
              process.destroyForcibly();
              descendants.end();
            },
            "mitogen end console");
    thread.setDaemon(true);
    thread.start();
  }
}
