package org.mitogen4j;

/** A call took longer than its timeout. The function was interrupted. */
public final class CallTimeoutException extends MitogenException {
  private static final long serialVersionUID = 1;

  /** With a message that says which call, and how long it might take. */
  public CallTimeoutException(String message) {
    super(message);
  }
}
