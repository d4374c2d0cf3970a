package org.mitogen4j;

/** A receiver was closed, at this end or the other: nothing can be sent to it or taken from it. */
public final class ClosedException extends MitogenException {
  private static final long serialVersionUID = 1;

  /**
   * An exception with a message.
   *
   * @param message says what is closed
   */
  public ClosedException(String message) {
    super(message);
  }
}
