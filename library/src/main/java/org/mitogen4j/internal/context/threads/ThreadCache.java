package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The threads of a context. Short work runs on threads that are kept for a while; each begins with
 * the same settings, even if the work before has changed them ({@link ThreadSettings}). Work that
 * lasts gets a thread of its own, by a name that says what it does. None of it makes the caller
 * wait.
 */
public final class ThreadCache implements Clock.Beat {
  /** The time after which a thread ends that has nothing to do. */
  private static final long IDLE_MILLIS = 30_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The time from one look at the pools that are stuck to the next. */
  private static final int WATCH_MILLIS = 1;

  private final Clock clock;
  private final ThreadStarter starter;

  /** Work that waits for a thread that was woken for it; never more than {@link #idle} pieces. */
  @GuardedBy("this")
  private final ArrayDeque<Runnable> handed = new ArrayDeque<>();

  @GuardedBy("this")
  private int idle;

  @GuardedBy("this")
  private int number;

  @GuardedBy("this")
  private boolean closed;

  /** Whether a thread has nothing to do; read without the lock, so it may be out of date. */
  private volatile boolean free;

  /** The pools whose queues may not move. */
  private final Queue<ElasticPool> stuck = new ConcurrentLinkedQueue<>();

  public ThreadCache(MessageRouter router, Clock clock) {
    this.clock = clock;
    starter = new ThreadStarter(router);
    router.thread("starter", starter).start();
    clock.every(this);
  }

  /** Starts a thread of its own for work that lasts. Does not wait. */
  public void start(String role, Runnable work) {
    starter.start(role, work);
  }

  /**
   * Runs work on one of the threads that are kept, or on a new one. Does not wait. It is for the
   * caller to bound how much runs at a time, such as by an {@link ElasticPool}.
   */
  public void execute(Runnable work) {
    int next;
    synchronized (this) {
      if (handed.size() < idle) {
        handed.add(work);
        free = handed.size() < idle;
        notify();
        return;
      }
      next = ++number;
    }
    starter.start("pool " + next, new Kept(work));
  }

  /** Whether a thread has nothing to do. Does not lock, so it may be out of date. */
  boolean hasFree() {
    return free;
  }

  /** Looks at a pool each millisecond, until {@link ElasticPool#look} returns false. */
  void watch(ElasticPool pool) {
    stuck.add(pool);
    clock.soon(this);
  }

  @Override
  public long beat() {
    for (Iterator<ElasticPool> pools = stuck.iterator(); pools.hasNext(); ) {
      if (!pools.next().look()) {
        pools.remove();
      }
    }
    return stuck.isEmpty() ? Clock.NEVER : WATCH_MILLIS;
  }

  /** Lets threads end that have nothing to do. Work still runs that waits or comes later. */
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    starter.close();
  }

  /** A thread that runs one piece of work after another. */
  private final class Kept implements Runnable {
    private Runnable work; // only this thread's, once it has begun

    Kept(Runnable first) {
      work = first;
    }

    @Override
    public void run() {
      ThreadSettings settings = ThreadSettings.ofCurrentThread();
      while (work != null) {
        one();
        settings.restore();
        work = null; // an idle thread keeps nothing of its last work in memory
        work = next();
      }
    }

    /** Runs the work. An exception must not end the thread: others count on it. */
    private void one() {
      runSafely(work);
    }
  }

  static void runSafely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, e);
    }
  }

  /** Waits for work; null when the thread is to end. */
  private synchronized Runnable next() {
    long since = System.nanoTime();
    idle++;
    free = true;
    try {
      while (handed.isEmpty()) {
        long left = IDLE_MILLIS - (System.nanoTime() - since) / NANOS_PER_MILLI;
        if (closed || left <= 0) {
          return null;
        }
        try {
          wait(left); // until execute or close
        } catch (InterruptedException e) {
          // meant for a call that was cancelled, and has ended since
        }
      }
      return handed.poll();
    } finally {
      idle--;
      free = handed.size() < idle;
    }
  }
}
