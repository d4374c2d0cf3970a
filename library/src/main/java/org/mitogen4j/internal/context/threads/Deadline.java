package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.TimeUnit;

/** The end of a wait. Independent of the machine's clock, which may be changed. */
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

  /** The nanoseconds that are left; 0 or less when the deadline has passed. */
  public long nanosLeft() {
    return at - System.nanoTime();
  }

  /**
   * The milliseconds that are left, rounded down; 0 or less when less than a millisecond is left.
   */
  public long millisLeft() {
    return nanosLeft() / NANOS_PER_MILLI;
  }

  /**
   * Blocks until the lock is notified or the deadline has passed. The calling thread must hold the
   * lock, and call this in a loop: {@code while (!done && deadline.await(this))}.
   *
   * @return false, without waiting, when the deadline has passed
   */
  @CanIgnoreReturnValue
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  public boolean await(Object lock) throws InterruptedException {
    long left = nanosLeft();
    if (left <= 0) {
      return false;
    }
    // timedWait rounds down to milliseconds
    TimeUnit.NANOSECONDS.timedWait(lock, left + NANOS_PER_MILLI - 1);
    return true;
  }
}
