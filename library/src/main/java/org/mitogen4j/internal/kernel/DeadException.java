package org.mitogen4j.internal.kernel;

/**
 * There is no answer and never will be, or nothing can be sent; the message is the cause's text.
 */
public final class DeadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public final transient EndCause cause;

  public DeadException(EndCause cause) {
    super(cause.text);
    this.cause = cause;
  }
}
