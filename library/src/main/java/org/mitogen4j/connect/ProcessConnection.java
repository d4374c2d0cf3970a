package org.mitogen4j.connect;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.connect.ConnectException.Reason;

/** A connection over the standard streams of a program that runs here. */
public class ProcessConnection implements Connection {
  private static final long END_MILLIS = 500;

  private final Process process;
  private final byte[] preamble;
  private final String program;

  /**
   * Starts the program.
   *
   * @throws ConnectException with {@link Reason#CLIENT_MISSING} where it is not installed
   */
  public static ProcessConnection start(List<String> command, byte[] preamble)
      throws ConnectException {
    return new ProcessConnection(launch(command), command.get(0), preamble);
  }

  protected ProcessConnection(Process process, String program, byte[] preamble) {
    this.process = process;
    this.program = program;
    this.preamble = preamble;
  }

  /** Starts a program with pipes for all three of its streams. */
  protected static Process launch(List<String> command) throws ConnectException {
    try {
      return new ProcessBuilder(command).start();
    } catch (IOException e) {
      String program = command.get(0);
      boolean missing = !program.contains("/") || !new File(program).exists();
      throw new ConnectException(
          missing ? Reason.CLIENT_MISSING : Reason.OTHER,
          "can't run " + program + " on this machine: " + e.getMessage());
    }
  }

  @Override
  public final InputStream input() {
    return process.getInputStream();
  }

  @Override
  public final OutputStream output() {
    return process.getOutputStream();
  }

  @Override
  public final InputStream errors() {
    return process.getErrorStream();
  }

  @Override
  public final byte[] preamble() {
    return preamble;
  }

  @Override
  public final ConnectException failure(String printed, String errors) {
    String how;
    Reason reason;
    try {
      if (process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
        int code = process.exitValue();
        how = code > 128 && code < 192 ? "ended by signal " + (code - 128) : "exit code " + code;
        reason = reason(code, errors);
      } else {
        how = "still running, but closed its output";
        reason = reason(0, errors);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      how = "interrupted";
      reason = Reason.OTHER;
    }
    return new ConnectException(reason, program + ": " + how);
  }

  /** What an exit code and the program's error output mean; for subclasses that know it better. */
  protected Reason reason(int exitCode, String errors) {
    if (exitCode == 127) {
      return Reason.SHELL_MISSING;
    }
    return exitCode > 128 && exitCode < 192 ? Reason.KILLED : Reason.OTHER;
  }

  /** Closes the pipes; the program is, or watches over, the child itself. */
  @Override
  public void release() throws IOException {
    process.getOutputStream().close();
    process.getInputStream().close();
    process.getErrorStream().close();
  }

  /** Closes the pipes, which ends a child that lives, and then the program itself. */
  @Override
  public void close() throws IOException {
    process.destroy();
    process.getOutputStream().close();
  }
}
