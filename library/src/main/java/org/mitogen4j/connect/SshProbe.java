package org.mitogen4j.connect;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;

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

  private static final int MOST_BYTES = 1 << 18;

  private SshProbe() {}

  /**
   * Returns the lines that a command prints within {@link #MOST_MILLIS}. Blocks until the command
   * has ended or was killed.
   *
   * @param errors the destination of the command's stderr; {@link Redirect#PIPE} to have it among
   *     the lines
   * @throws IOException when the command can't be started or its output can't be read
   */
  static List<String> lines(List<String> command, Redirect errors) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(Redirect.from(NOTHING)).redirectError(errors);
    Process process = builder.redirectErrorStream(errors.equals(Redirect.PIPE)).start();
    Timer timer = new Timer("mitogen ssh probe", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            process.destroyForcibly();
          }
        },
        MOST_MILLIS);
    try (InputStream in = process.getInputStream()) {
      ByteArrayOutputStream told = new ByteArrayOutputStream();
      byte[] part = new byte[1 << 13];
      for (int n = in.read(part); n >= 0 && told.size() < MOST_BYTES; n = in.read(part)) {
        told.write(part, 0, n);
      }
      return Arrays.asList(told.toString(StandardCharsets.UTF_8.name()).split("\\R"));
    } finally {
      timer.cancel();
      process.destroyForcibly();
    }
  }
}
