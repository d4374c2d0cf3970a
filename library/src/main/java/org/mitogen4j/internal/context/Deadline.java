package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.TimeUnit;

/** A moment until which something is waited for, whatever happens to the machine's clock. */
public final class Deadline {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long at;

  private Deadline(long nanos) {
    at = System.nanoTime() + nanos;
  }

  public static Deadline afterNanos(long nanos) {
    return new Deadline(nanos);
  }

  public static Deadline afterMillis(long millis) {
    return new Deadline(millis * NANOS_PER_MILLI);
  }

  /** What is left; 0 or less when it has passed. */
  public long nanosLeft() {
    return at - System.nanoTime();
  }

  /** What is left, rounded down; 0 or less when it has passed, or nearly so. */
  public long millisLeft() {
    return nanosLeft() / NANOS_PER_MILLI;
  }

  /**
   * Waits until the lock, which the calling thread holds, is notified or the moment has come: to be
   * called in a loop, {@code while (!done && deadline.await(this))}.
   *
   * @return false, at once, when the moment has passed
   */
  @CanIgnoreReturnValue
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  public boolean await(Object lock) throws InterruptedException {
    long left = nanosLeft();
    if (left <= 0) {
      return false;
    }
    TimeUnit.NANOSECONDS.timedWait(lock, left + NANOS_PER_MILLI - 1); // which rounds down
    return true;
  }
}
