package org.mitogen4j;

import org.mitogen4j.internal.context.printed.Printable;

/**
 * A failure in the communication between contexts. Its subclasses are the failures that callers may
 * want to tell apart.
 *
 * <p>Messages are safe to print: what came from another process can't steer a terminal by them.
 * Control characters other than tabs and line feeds, and those that hide or reorder text, are shown
 * as question marks.
 */
public class MitogenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * An exception with a message.
   *
   * @param message says what went wrong where; what can't be printed safely is replaced
   */
  public MitogenException(String message) {
    super(Printable.lines(message));
  }

  /**
   * An exception with a message and a cause.
   *
   * @param message says what went wrong where; what can't be printed safely is replaced
   * @param cause the exception that it comes from
   */
  public MitogenException(String message, Throwable cause) {
    super(
        Printable.lines(message),
        cause instanceof MitogenException ? cause : Printable.cause(cause));
  }
}
