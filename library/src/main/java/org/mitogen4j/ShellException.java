package org.mitogen4j;

/**
 * A command did not do what was asked of it: it could not be started, ended with another status
 * than 0 where that counts as a failure, or was ended because its time was up or its caller was
 * interrupted. Unchecked. Where a called function does not catch it, it arrives as a {@link
 * CallException} with this message.
 */
public final class ShellException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says that there is no exit status. */
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
