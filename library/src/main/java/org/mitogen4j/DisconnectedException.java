package org.mitogen4j;

/** The other context is gone, or can't be reached. The message names it, and says why. */
public final class DisconnectedException extends MitogenException {
  private static final long serialVersionUID = 1;

  public DisconnectedException(String message) {
    super(message);
  }
}
