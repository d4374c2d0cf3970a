package org.mitogen4j;

/** Something between contexts went wrong. Its subclasses are those that callers tell apart. */
public class MitogenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MitogenException(String message) {
    super(message);
  }

  public MitogenException(String message, Throwable cause) {
    super(message, cause);
  }
}
