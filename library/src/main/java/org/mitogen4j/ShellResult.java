package org.mitogen4j;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * How a command ended, and what it printed as far as that was captured. An immutable value, which a
 * called function may return.
 */
public final class ShellResult implements Serializable {
  private static final long serialVersionUID = 1;

  /** A shell reports a program that was ended by signal N as the status 128 + N. */
  private static final int SIGNALS = 128;

  private static final int LAST_SIGNAL = 64;

  /** How much of what a failed command wrote to stderr goes into an exception, in characters. */
  private static final int SHOWN = 2000;

  private String command;
  private int status;
  private byte[] output;
  private byte[] errors;
  private boolean cut;

  private ShellResult() {} // called by the codec in the context where it arrives

  ShellResult(String command, int status, byte[] output, byte[] errors, boolean cut) {
    this.command = command;
    this.status = status;
    this.output = output;
    this.errors = errors;
    this.cut = cut;
  }

  /** The exit status, 0 to 255; 128 and the signal's number where a signal ended the command. */
  public int status() {
    return status;
  }

  /** Whether the status is 0. */
  public boolean succeeded() {
    return status == 0;
  }

  /**
   * The signal that ended the command, such as 9 for SIGKILL.
   *
   * @return 0 where none did. A command that itself exits with 128 and a signal's number can't be
   *     told apart from one that was ended by it
   */
  public int signal() {
    return status > SIGNALS && status <= SIGNALS + LAST_SIGNAL ? status - SIGNALS : 0;
  }

  /**
   * What the command wrote to its standard output, read as UTF-8, without the line breaks at its
   * end: as {@code $(command)} gives it. Empty where it was not captured.
   */
  public String output() {
    return text(output);
  }

  /** As {@link #output}, of its standard error. Empty, too, where both were merged. */
  public String errors() {
    return text(errors);
  }

  /** What the command wrote to its standard output, byte for byte: a copy. */
  public byte[] outputBytes() {
    return output.clone();
  }

  /** What the command wrote to its standard error, byte for byte: a copy. */
  public byte[] errorBytes() {
    return errors.clone();
  }

  /** Whether it printed more than {@link Shell#outputLimit} on one stream: the rest is missing. */
  public boolean isCut() {
    return cut;
  }

  /**
   * This result, if the command succeeded.
   *
   * @return this
   * @throws ShellException when the status is not 0; the message has the command, the status and
   *     the end of what was captured of its standard error
   */
  public ShellResult check() {
    if (status == 0) {
      return this;
    }
    String why = errors();
    String shown = why.substring(Math.max(0, why.length() - SHOWN));
    throw new ShellException(this + (shown.isEmpty() ? "" : ": " + shown), status, null);
  }

  private static String text(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return command + (signal() > 0 ? " was ended by signal " + signal() : " ended with " + status);
  }
}
