package org.mitogen4j;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Lets a thread that waits for an answer poll for it for up to 50 µs before it sleeps, which saves
 * the time that waking the thread takes. Threads poll only while recent answers came that fast, and
 * on at most half of the processors: the context that answers may need the others.
 */
final class AnswerSpin {
  /**
   * The longest time that a thread polls; no thread polls while the average answer takes longer.
   */
  private static final long LONGEST_NANOS = 50_000;

  /** The weight of a new answer in the average is 1 divided by this. */
  private static final int AVERAGED = 8;

  /** The most threads that poll at the same time. */
  private static final int MOST = Runtime.getRuntime().availableProcessors() / 2;

  private final AtomicInteger polling = new AtomicInteger();

  /** The average time of recent answers; a lost update does not matter, so there is no lock. */
  private volatile long averageNanos;

  /**
   * Polls for an answer. Returns when it is here, or when the calling thread had better sleep.
   *
   * @param isHere whether the answer is here
   */
  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on what the scheduler makes of it
  void look(BooleanSupplier isHere) {
    if (averageNanos > LONGEST_NANOS || MOST == 0) {
      return;
    }
    if (polling.incrementAndGet() <= MOST) {
      long begun = System.nanoTime();
      while (!isHere.getAsBoolean() && System.nanoTime() - begun < LONGEST_NANOS) {
        Thread.yield(); // a thread that needs the processor gets it
      }
    }
    polling.decrementAndGet();
  }

  /** Notes how long an answer took. */
  void took(long nanos) {
    long average = averageNanos;
    averageNanos = average + (nanos - average) / AVERAGED;
  }
}
