package org.mitogen4j;

import java.util.concurrent.TimeUnit;

/** Waits for what other threads, contexts or processes do. Works in children, too. */
public final class Await {
  /** For what is to happen soon, on however busy a machine. */
  private static final long LONG_MILLIS = 20_000;

  private Await() {}

  /** What is waited for. Any exception ends the waiting. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** A number that other threads, contexts or processes change. */
  public interface Measure {
    long get() throws Exception;
  }

  /** Whether a process runs; one that has ended and waits to be buried by its parent does not. */
  public static boolean lives(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  /** Returns when the condition holds. */
  public static void until(Condition condition) throws Exception {
    until("it happens", LONG_MILLIS, condition);
  }

  /**
   * Returns when the condition holds.
   *
   * @throws AssertionError when it does not hold within so long; says what did not happen
   */
  public static void until(String what, long millis, Condition condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not within " + millis + " ms: " + what);
      }
      Thread.sleep(2);
    }
  }

  /** Returns a number once it has stayed the same for some milliseconds. */
  public static long untilSteady(long millis, Measure measure) throws Exception {
    long[] before = {measure.get()};
    until(
        "it stays the same for " + millis + " ms",
        LONG_MILLIS,
        () -> {
          Thread.sleep(millis);
          long now = measure.get();
          boolean same = now == before[0];
          before[0] = now;
          return same;
        });
    return before[0];
  }
}
