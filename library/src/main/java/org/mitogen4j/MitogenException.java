package org.mitogen4j;

/** Something between contexts went wrong. Its subclasses are those that callers tell apart. */
public class MitogenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that says what went wrong where. */
  public MitogenException(String message) {
    super(message);
  }

  /** As above, with what it came from. */
  public MitogenException(String message, Throwable cause) {
    super(message, cause);
  }
}
