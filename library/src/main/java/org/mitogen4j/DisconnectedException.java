package org.mitogen4j;

import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.kernel.EndCause;

/**
 * The other context is gone, can't be reached, or does not take the message. The message names it,
 * and says why; {@link #reason} says so for code.
 */
public final class DisconnectedException extends MitogenException {
  private static final long serialVersionUID = 1;

  private final transient Context context;
  private final transient EndReason reason;

  private DisconnectedException(String message, Context context, EndReason reason) {
    super(message);
    this.context = context;
    this.reason = reason;
  }

  static DisconnectedException of(Context context, EndCause cause) {
    return of(context, EndReason.of(cause));
  }

  static DisconnectedException of(Context context, EndReason reason) {
    boolean gone;
    switch (reason.kind()) {
      case FAILED:
      case NO_ROUTE:
      case REFUSED:
        gone = false; // the context may be alive
        break;
      default:
        gone = true;
    }
    String message = context + (gone ? " is gone: " : ": ") + reason.text();
    return new DisconnectedException(message, context, reason);
  }

  /** For a context that can't be started. */
  static DisconnectedException notStarted(String message, Context via, EndCause cause) {
    return new DisconnectedException(message, via, EndReason.of(cause));
  }

  /**
   * The context that is gone; where one could not be started, the one that should have started it.
   * Null where this exception was serialized.
   */
  public @Nullable Context context() {
    return context;
  }

  /** Why it is gone. Null where this exception was serialized. */
  public @Nullable EndReason reason() {
    return reason;
  }
}
