package org.mitogen4j.internal.context.bounds;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** Allows an action at most once in a given time. Any thread may use it; it does not block. */
public final class RateLimit {
  private final long pause;

  @GuardedBy("this")
  private boolean wasAllowed;

  @GuardedBy("this")
  private long allowedAt;

  /**
   * @param pause the least time between two permissions, in the unit of the caller's clock
   */
  public RateLimit(long pause) {
    this.pause = pause;
  }

  /**
   * Whether the action is allowed now. If so, it is not allowed again until the pause is over.
   *
   * @param now the caller's clock, which may begin anywhere, as {@link System#nanoTime}
   */
  public synchronized boolean allows(long now) {
    if (wasAllowed && now - allowedAt < pause) {
      return false;
    }
    wasAllowed = true;
    allowedAt = now;
    return true;
  }
}
