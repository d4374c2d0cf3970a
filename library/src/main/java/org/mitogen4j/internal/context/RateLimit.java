package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** Allows something once within a pause at most. Any thread may ask; none waits. */
public final class RateLimit {
  private final long pause;

  @GuardedBy("this")
  private boolean wasAllowed;

  @GuardedBy("this")
  private long allowedAt;

  /**
   * @param pause from one time that it is allowed until the next, in the unit of the caller's clock
   */
  public RateLimit(long pause) {
    this.pause = pause;
  }

  /**
   * Whether it is allowed now. If so, it is not allowed again until the pause is over.
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
