package org.mitogen4j;

/** A call took longer than its timeout. The function was interrupted. */
public final class CallTimeoutException extends MitogenException {
  private static final long serialVersionUID = 1;

  /**
   * An exception with a message.
   *
   * @param message says which call it was, and how long it was allowed to take
   */
  public CallTimeoutException(String message) {
    super(message);
  }
}
