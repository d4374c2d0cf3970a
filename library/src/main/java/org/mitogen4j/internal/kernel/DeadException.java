package org.mitogen4j.internal.kernel;

/** There is no answer and never will be: the message names the context and the cause. */
public final class DeadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DeadException(String reason) {
    super(reason);
  }
}
