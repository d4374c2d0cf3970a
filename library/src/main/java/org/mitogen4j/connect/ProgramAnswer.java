package org.mitogen4j.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.ProcessConnection;
import org.mitogen4j.connect.spi.ProcessDescendants;

/**
 * What a program printed that was run for a short answer, such as the number of a process. The
 * program may hang or print without end: it is killed at the deadline.
 */
final class ProgramAnswer {
  private static final long POLL_MILLIS = 2;

  /** As many bytes of each stream are kept, the first ones. */
  private static final int KEPT = 500;

  /** What a program printed first on one of its streams. */
  private static final class Printed {
    private final InputStream in;
    private final byte[] first = new byte[KEPT];
    private int size;

    Printed(InputStream in) {
      this.in = in;
    }

    /** Reads what is there now; so no deadline depends on the program. */
    void read() throws IOException {
      byte[] part = new byte[1 << 13];
      for (int left = in.available(); left > 0; ) {
        int n = in.read(part, 0, Math.min(part.length, left));
        int more = Math.min(Math.max(0, n), KEPT - size);
        System.arraycopy(part, 0, first, size, more);
        size += more;
        left = n < 0 ? 0 : left - n;
      }
    }

    @Override
    public String toString() {
      return new String(Arrays.copyOf(first, size), StandardCharsets.UTF_8).trim();
    }
  }

  /** The beginning of its standard output, without blanks around it. */
  final String output;

  /** The beginning of its standard error, in the same way. */
  final String errors;

  final int exitCode;

  /** How it ended, for messages: killed, or with which exit code. */
  final StartException how;

  private ProgramAnswer(String output, String errors, int exitCode, StartException how) {
    this.output = output;
    this.errors = errors;
    this.exitCode = exitCode;
    this.how = how;
  }

  /**
   * Runs a program, without input, until it ends.
   *
   * @throws StartException when it is not installed, or has not ended at the deadline
   */
  static ProgramAnswer of(List<String> command, ConnectDeadline deadline) throws IOException {
    Process process = ProcessConnection.launch(command, "LC_ALL", "C");
    try {
      process.getOutputStream().close();
      Printed output = new Printed(process.getInputStream());
      Printed errors = new Printed(process.getErrorStream());
      for (boolean alive = true; alive; ) {
        alive = process.isAlive();
        Thread.sleep(POLL_MILLIS); // in which Java takes what is left in the pipes of an ended one
        output.read();
        errors.read();
        if (alive && deadline.isOver()) {
          throw deadline.exceeded("; " + command.get(0) + " said: " + output + " " + errors);
        }
      }
      StartException how =
          new ProcessConnection(process, command.get(0), new byte[0]).failure(true, "", "");
      return new ProgramAnswer(output.toString(), errors.toString(), process.exitValue(), how);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException(Reason.OTHER, "interrupted");
    } finally {
      ProcessDescendants.of(process).end();
      process.destroyForcibly();
    }
  }
}
