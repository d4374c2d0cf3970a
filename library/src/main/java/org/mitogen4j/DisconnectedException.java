package org.mitogen4j;

/** The other context is gone, or can't be reached. The message names it, and says why. */
public final class DisconnectedException extends MitogenException {
  private static final long serialVersionUID = 1;

  /** With a message that names the context, and says why it can't be reached. */
  public DisconnectedException(String message) {
    super(message);
  }

  /** For one context; a reason that names it by its number does so no more. */
  static DisconnectedException of(Context context, String reason) {
    String number = "context " + context.id() + " is gone: ";
    return new DisconnectedException(
        reason.startsWith(number)
            ? context + " is gone: " + reason.substring(number.length())
            : context + ": " + reason);
  }
}
