package org.mitogen4j;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Has a thread that waits for an answer look for it a little before it sleeps, which saves the time
 * to wake it. Only where answers have been coming that fast lately, and on half of the processors
 * at most: the other side may need the rest.
 */
final class AnswerSpin {
  /** How long one looks, and how fast answers have to come. */
  private static final long LONGEST_NANOS = 50_000;

  /** Of what an answer took, the share that counts in the average. */
  private static final int SHARE = 8;

  private static final int MOST = Runtime.getRuntime().availableProcessors() / 2;

  private final AtomicInteger looking = new AtomicInteger();

  /** About what answers take, in nanoseconds; exact enough without a lock. */
  private volatile long usual;

  /** Returns when the answer is here, or it had better be waited for otherwise. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on what the scheduler makes of it
  void look(BooleanSupplier isHere) {
    if (usual > LONGEST_NANOS || MOST == 0) {
      return;
    }
    if (looking.incrementAndGet() <= MOST) {
      long begun = System.nanoTime();
      while (!isHere.getAsBoolean() && System.nanoTime() - begun < LONGEST_NANOS) {
        Thread.yield(); // a thread that needs the processor gets it
      }
    }
    looking.decrementAndGet();
  }

  /** Notes what an answer took. */
  void took(long nanos) {
    long was = usual;
    usual = was + (nanos - was) / SHARE;
  }
}
