package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends a direct child, over a fast link, all classes of the jars that its function uses, as the
 * jars have them: a master that has just started takes far longer to search and pack what is needed
 * of them. Other messages overtake these classes, and few of them are on their way at a time
 * ({@link PushPace}). Runs on the threads that do what is due, for a short while each time.
 */
final class JarPush implements Runnable {
  private static final long PAUSE_MILLIS = 1;

  /** The most bytes in all. */
  private static final long MAX_BYTES = 16 << 20;

  /** The most at a time. */
  private static final int MOST = 8;

  /** A link that has no room for so long is no fast one. */
  private static final long SLOW_NANOS = 50_000_000;

  private final Parent parent;
  private final ContextRecord child;
  private final String function;
  private final ClassBatches jars;
  private Runnable end = () -> {};
  private Runnable slow;

  private long left = MAX_BYTES;

  /** The number of these that are going on, for {@link #isBusy}. */
  private final AtomicInteger running;

  /** Since when the link has no room, by System.nanoTime; 0 while it has. */
  private long waitsSince;

  /**
   * @param running counts those of a router
   */
  JarPush(
      Parent parent,
      ContextRecord child,
      String function,
      ClassBatches jars,
      AtomicInteger running) {
    this.running = running;
    running.incrementAndGet();
    this.parent = parent;
    this.child = child;
    this.function = function;
    this.jars = jars;
  }

  /** Whether {@link #MOST} are going on: then children get no further jars, which take memory. */
  static boolean isBusy(AtomicInteger running) {
    return running.get() >= MOST;
  }

  /** Runs when all was sent, or no more is to be. */
  JarPush onEnd(Runnable action) {
    end = action;
    return this;
  }

  /** Runs in place of the end if the link turns out to be slow; the end if this is not called. */
  JarPush onSlow(Runnable action) {
    slow = action;
    return this;
  }

  @Override
  public void run() {
    Runnable then = end;
    try {
      while (left > 0) {
        Link way = parent.context.routing.way(child.id);
        if (way == null || !child.sentClasses().running.containsKey(function)) {
          return; // it is gone, or has answered
        } else if (!child.sentClasses().pace(way).hasRoom()) {
          then = waits() ? null : slow == null ? end : slow;
          return;
        }
        waitsSince = 0;
        ClassBatch batch = parent.sender.pusher.send(child, function, jars, Header.BULK);
        if (batch == null) {
          return;
        }
        left -= batch.bytes();
      }
    } catch (DeadException | RejectedExecutionException gone) {
      // then it needs nothing more
    } finally {
      if (then != null) {
        running.decrementAndGet();
        then.run();
      }
    }
  }

  /** Waits for room, if the link is still a fast one. */
  private boolean waits() {
    long now = System.nanoTime();
    if (waitsSince == 0) {
      waitsSince = now;
    }
    boolean waits = now - waitsSince < SLOW_NANOS;
    if (waits) {
      parent.schedule(this, PAUSE_MILLIS, MILLISECONDS);
    }
    return waits;
  }
}
