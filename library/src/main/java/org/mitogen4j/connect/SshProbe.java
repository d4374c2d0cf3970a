package org.mitogen4j.connect;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command that only prints information; kills it if it takes too long or prints too much.
 */
final class SshProbe {
  /** A file that has no input and discards output. */
  static final File NOTHING = new File("/dev/null");

  /**
   * Milliseconds until ssh is killed: a program that it runs by "Match exec" may hang, and so may a
   * server.
   */
  private static final long MOST_MILLIS = 5000;

  /**
   * Milliseconds in which the rest is read once the command has ended: a program that the command
   * started may live on, and keep the pipe open.
   */
  private static final long REST_MILLIS = 1000;

  private static final int MOST_BYTES = 1 << 18;

  private SshProbe() {}

  /**
   * Returns the lines that a command prints within {@link #MOST_MILLIS}. Blocks until the command
   * has ended or was killed.
   *
   * @param errors the destination of the command's stderr; {@link Redirect#PIPE} to have it among
   *     the lines
   * @throws IOException when the command can't be started, or this thread is interrupted
   */
  static List<String> lines(List<String> command, Redirect errors) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(Redirect.from(NOTHING)).redirectError(errors);
    Process process = builder.redirectErrorStream(errors.equals(Redirect.PIPE)).start();
    ByteArrayOutputStream told = new ByteArrayOutputStream(); // its methods are synchronized
    Thread reader = new Thread(() -> read(process, told), "mitogen stream ssh probe");
    reader.setDaemon(true);
    reader.start();
    try {
      if (!process.waitFor(MOST_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly(); // closes the pipe, too
      }
      reader.join(REST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + command.get(0) + " ran");
    } finally {
      process.destroyForcibly();
    }
    return Arrays.asList(told.toString(StandardCharsets.UTF_8.name()).split("\\R"));
  }

  private static void read(Process process, ByteArrayOutputStream told) {
    try (InputStream in = process.getInputStream()) {
      byte[] part = new byte[1 << 13];
      for (int n = in.read(part); n >= 0 && told.size() < MOST_BYTES; n = in.read(part)) {
        told.write(part, 0, n);
      }
    } catch (IOException e) {
      // the process is gone; what it told so far counts
    }
    process.destroyForcibly();
  }
}
