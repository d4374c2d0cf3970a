package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
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

  /** The time from one look at the pools that are stuck to the next. */
  private static final int WATCH_MILLIS = 1;

  private final Clock clock;
  private final ThreadStarter starter;

  /** Work that waits for a thread: any that becomes idle takes it. */
  @GuardedBy("this")
  private final ArrayDeque<Consumer<ThreadSettings>> waiting = new ArrayDeque<>();

  /** The threads that have nothing to do; the last one is woken first, so that others end. */
  @GuardedBy("this")
  private final ArrayDeque<Kept> idle = new ArrayDeque<>();

  @GuardedBy("this")
  private int number;

  /** Written while this is locked, read at any time. */
  private volatile boolean closed;

  /** Whether a thread has nothing to do; read without the lock, so it may be out of date. */
  private volatile boolean free;

  /** The pools that the clock looks at: their tasks wait, and may not be taken. */
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
   * caller to bound how much runs at a time.
   */
  public void execute(Runnable work) {
    take(new Single(work));
  }

  /** One piece of work. No lambda: the first one of a process takes the JVM 3 ms. */
  private static final class Single implements Consumer<ThreadSettings> {
    private final Runnable work;

    Single(Runnable work) {
      this.work = work;
    }

    @Override
    public void accept(ThreadSettings settings) {
      runSafely(work);
    }
  }

  /**
   * As {@link #execute}.
   *
   * @param work gets the settings that its thread has to have
   */
  void take(Consumer<ThreadSettings> work) {
    Kept woken;
    int next;
    synchronized (this) {
      waiting.add(work);
      woken = idle.pollLast();
      noteFree();
      next = woken == null ? ++number : 0;
    }
    if (woken != null) {
      woken.wake();
      return;
    }
    try {
      starter.start("pool " + next, new Kept());
    } catch (RuntimeException | Error noThread) {
      synchronized (this) {
        if (waiting.removeLastOccurrence(work)) { // else another thread has taken it
          throw noThread;
        }
      }
    }
  }

  @GuardedBy("this")
  private void noteFree() {
    free = !idle.isEmpty();
  }

  /** Whether a thread has nothing to do. Does not lock, so it may be out of date. */
  boolean hasFree() {
    return free;
  }

  /** Whether the clock may be closed: then a pool takes all the threads that it needs at once. */
  boolean isClosed() {
    return closed;
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

  /**
   * Lets threads end that have nothing to do. Work still runs that waits or comes later. Called
   * when the clock is closed.
   */
  public void close() {
    ArrayDeque<Kept> last;
    synchronized (this) {
      closed = true;
      noteFree();
      last = new ArrayDeque<>(idle);
      idle.clear();
    }
    last.forEach(Kept::wake);
    for (ElasticPool pool : stuck) {
      pool.grow();
    }
    starter.close();
  }

  /** A thread that runs one piece of work after another. */
  private final class Kept implements Runnable {
    @GuardedBy("this")
    private boolean woken;

    @Override
    public void run() {
      ThreadSettings settings = ThreadSettings.ofCurrentThread();
      while (one(settings)) {
        settings.restore();
      }
    }

    /** A method of its own, so that an idle thread keeps nothing of its last work in memory. */
    private boolean one(ThreadSettings settings) {
      Consumer<ThreadSettings> work = next();
      if (work != null) {
        work.accept(settings);
      }
      return work != null;
    }

    /** Waits for work; null when the thread is to end. */
    private Consumer<ThreadSettings> next() {
      Deadline deadline = Deadline.afterMillis(IDLE_MILLIS);
      for (boolean rested = false; ; rested = true) {
        synchronized (ThreadCache.this) {
          if (rested) {
            idle.remove(this);
          }
          Consumer<ThreadSettings> work = waiting.poll();
          if (work != null || closed || deadline.nanosLeft() <= 0) {
            noteFree();
            return work;
          }
          rearm();
          idle.addLast(this);
          noteFree();
        }
        rest(deadline);
      }
    }

    private synchronized void rearm() {
      woken = false;
    }

    private synchronized void rest(Deadline deadline) {
      try {
        while (!woken && deadline.await(this)) {
          // until wake
        }
      } catch (InterruptedException e) {
        // meant for a call that was cancelled, and has ended since
      }
    }

    synchronized void wake() {
      woken = true;
      notifyAll();
    }
  }

  /** Runs work. An exception must not end the thread, since others count on it. */
  static void runSafely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      Thread current = Thread.currentThread();
      try {
        current.getUncaughtExceptionHandler().uncaughtException(current, e);
      } catch (RuntimeException | Error ofTheHandler) {
        // as the JVM does where a thread ends by an exception
      }
    }
  }
}
