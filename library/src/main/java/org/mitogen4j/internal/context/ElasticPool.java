package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The threads that run functions: few while they are short, up to {@link #MAX} while they block.
 *
 * <p>What is submitted wakes an idle thread. When all are busy, a watch thread looks every
 * millisecond whether the queue moves, and adds threads while it does not.
 */
public final class ElasticPool {
  /** The most functions that run at a time. */
  public static final int MAX = 64;

  private static final long IDLE_MILLIS = 30_000;
  private static final int WATCH_MILLIS = 1;
  private static final int FEW =
      Math.min(MAX, Math.max(2, Runtime.getRuntime().availableProcessors()));

  private final MessageRouter router;
  private final String role;

  @GuardedBy("this")
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

  @GuardedBy("this")
  private int threads;

  @GuardedBy("this")
  private int idle;

  @GuardedBy("this")
  private boolean waking;

  @GuardedBy("this")
  private boolean watched;

  @GuardedBy("this")
  private long taken;

  @GuardedBy("this")
  private int number;

  @GuardedBy("this")
  private boolean closed;

  /** The length of the queue, for those who do not need to be exact. */
  private volatile int queued;

  /**
   * @param role what the threads are called
   */
  public ElasticPool(MessageRouter router, String role) {
    this.router = router;
    this.role = role;
  }

  /** How many wait for a thread. */
  public int queued() {
    return queued;
  }

  public void submit(Runnable work) {
    synchronized (this) {
      queue.add(work);
      queued = queue.size();
      help();
    }
  }

  /** Sees to it that what waits is taken. */
  @GuardedBy("this")
  private void help() {
    if (queue.isEmpty() || waking) {
      return;
    }
    if (idle > 0) {
      waking = true;
      notify();
    } else if (threads < FEW) {
      waking = true;
      addWorker();
    } else if (!watched && threads < MAX) {
      watched = true;
      router.start("watch", new Watch());
    }
  }

  /** Lets idle threads go. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  @GuardedBy("this")
  private void addWorker() {
    threads++;
    router.start(role + " " + ++number, new Work());
  }

  private final class Work implements Runnable {
    @Override
    public void run() {
      ThreadSettings settings = ThreadSettings.ofCurrentThread();
      while (one(settings)) {
        // a method of its own, so that an idle thread keeps nothing of its last work in memory
      }
    }

    private boolean one(ThreadSettings settings) {
      Runnable work;
      synchronized (ElasticPool.this) {
        work = take();
        help();
      }
      if (work != null) {
        runSafely(work);
        settings.restore();
      }
      return work != null;
    }
  }

  /** Whatever it throws, the thread goes on: it is counted. */
  private static void runSafely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, e);
    }
  }

  /** Waits for work; null when the thread is to end. */
  @GuardedBy("this")
  private Runnable take() {
    while (queue.isEmpty()) {
      waking = false;
      if (closed) {
        threads--;
        return null;
      }
      long since = System.nanoTime();
      idle++;
      try {
        wait(IDLE_MILLIS); // until help
      } catch (InterruptedException e) {
        continue; // a cancelled call's, that came late
      } finally {
        idle--;
      }
      if (queue.isEmpty() && System.nanoTime() - since >= IDLE_MILLIS * 1_000_000) {
        threads--;
        return null;
      }
    }
    waking = false;
    taken++;
    Runnable work = queue.poll();
    queued = queue.size();
    return work;
  }

  /** Adds threads while the queue does not move; ends when it is empty. */
  private final class Watch implements Runnable {
    @Override
    public void run() {
      try {
        long before = -1;
        while ((before = look(before)) >= 0) {
          Thread.sleep(WATCH_MILLIS);
        }
      } catch (InterruptedException e) {
        // nobody interrupts it
      }
    }

    private long look(long before) {
      synchronized (ElasticPool.this) {
        if (queue.isEmpty() || threads == MAX || closed) {
          watched = false;
          return -1;
        }
        if (before == taken && idle == 0) {
          addWorker();
        }
        return taken;
      }
    }
  }
}
