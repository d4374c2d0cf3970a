package org.mitogen4j.internal.kernel;

/**
 * Receives the messages for one handle. Called on a reading thread: it must not block, run the
 * program's code or need a class that may not be here yet.
 */
public abstract class Handler {
  /** Any context that can reach this one may send to the handle. */
  public static final int ANYBODY = -2;

  /** Only this context itself and its parents may send to the handle. */
  public static final int PARENTS = -1;

  /**
   * {@link #ANYBODY}, {@link #PARENTS}, or the id of the one context that may send to the handle.
   * When that context ends, {@link #receive} gets a message with the flag {@link Header#DEAD}.
   */
  protected int peer = PARENTS;

  public abstract void receive(Message message);

  /** Whether a message is accepted; overridden for rules that {@link #peer} can't express. */
  public boolean accepts(MessageRouter router, Message m) {
    return peer == ANYBODY || (peer == PARENTS ? router.isParent(m.auth) : peer == m.auth);
  }

  public final int peer() {
    return peer;
  }
}
