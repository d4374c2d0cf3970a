package org.mitogen4j;

/**
 * A command failed: it could not be started, it ended with a status other than 0 where that counts
 * as a failure, or it was ended because its time was over or its caller was interrupted. If a
 * called function does not catch it, it arrives at the caller as a {@link CallException} with this
 * message.
 */
public final class ShellException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The {@link #status} of a command that has no exit status. */
  public static final int NONE = -1;

  private final int status;

  ShellException(String message, int status, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /**
   * The command's exit status.
   *
   * @return {@link #NONE} when it was not started, or was ended by {@link Shell}
   */
  public int status() {
    return status;
  }
}
