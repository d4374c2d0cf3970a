package org.mitogen4j.internal.kernel;

/**
 * What stands behind a handle. Called on a reading thread: it must not block, run the program's
 * code or need a class that may not be here yet.
 */
public abstract class Handler {
  /** Any context that can reach this one may send to the handle. */
  public static final int ANYBODY = -2;

  /** Only this context itself and its parents may. */
  public static final int PARENTS = -1;

  /**
   * {@link #ANYBODY}, {@link #PARENTS}, or the id of the one context that may, whose death is told
   * to {@link #receive} as a message with the flag {@link Header#DEAD}.
   */
  protected int peer = PARENTS;

  public abstract void receive(Message message);

  /** Whether a message may come in; for policies that a number can't express. */
  public boolean accepts(MessageRouter router, Message m) {
    return peer == ANYBODY || (peer == PARENTS ? router.isParent(m.auth) : peer == m.auth);
  }

  public final int peer() {
    return peer;
  }
}
