package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * A pool of threads of a context: few threads while tasks are short, more while tasks block. Each
 * task begins with the same thread settings, even if the task before has changed them ({@link
 * ThreadSettings}).
 *
 * <p>A submitted task wakes an idle thread. When all threads are busy, a watch thread looks every
 * millisecond whether the queue moves, and adds threads while it does not.
 */
public final class ElasticPool {
  /** The most threads of a pool, by default. */
  public static final int MAX = 64;

  /** The time after which an idle thread ends. */
  private static final long IDLE_MILLIS = 30_000;

  /** The time from one look of the watch thread to the next. */
  private static final int WATCH_MILLIS = 1;

  /**
   * The number of threads that are started at once, without waiting to see whether the queue moves.
   */
  private static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final MessageRouter router;
  private final String role;

  @GuardedBy("this")
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

  @GuardedBy("this")
  private final Set<Thread> workers = new HashSet<>();

  @GuardedBy("this")
  private int max;

  @GuardedBy("this")
  private int threads;

  @GuardedBy("this")
  private int idle;

  /** Whether a thread was woken or started that has not taken a task yet. */
  @GuardedBy("this")
  private boolean waking;

  /** Whether the watch thread runs. */
  @GuardedBy("this")
  private boolean watched;

  /** The number of tasks that threads have taken so far. */
  @GuardedBy("this")
  private long taken;

  @GuardedBy("this")
  private int number;

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private boolean ended;

  /** The length of the queue, to be read without the lock; it may be out of date. */
  private volatile int queued;

  /**
   * @param role the role in the names of the threads, see docs/CONCURRENCY.md
   */
  public ElasticPool(MessageRouter router, String role) {
    this(router, role, MAX);
  }

  /**
   * @param role the role in the names of the threads
   * @param max the most threads
   */
  public ElasticPool(MessageRouter router, String role, int max) {
    this.router = router;
    this.role = role;
    this.max = max;
  }

  /** Sets the most threads; surplus threads end after the task that they run. */
  public synchronized void setMax(int most) {
    max = most;
  }

  /** The most threads. */
  public synchronized int max() {
    return max;
  }

  /** How many tasks wait for a thread. Does not lock, so it may be out of date. */
  public int queued() {
    return queued;
  }

  /**
   * Queues a task for a thread of the pool. Does not wait.
   *
   * @return false when the pool has ended, so that the task will never run
   */
  @CanIgnoreReturnValue
  public synchronized boolean submit(Runnable work) {
    if (!ended) {
      queue.add(work);
      queued = queue.size();
      help();
    }
    return !ended;
  }

  /** Wakes or starts a thread for the tasks that wait, or starts the watch thread. */
  @GuardedBy("this")
  private void help() {
    if (queue.isEmpty() || waking) {
      return;
    }
    if (idle > 0) {
      waking = true;
      notify();
    } else if (threads < Math.min(FEW, max)) {
      waking = true;
      addWorker();
    } else if (!watched && threads < max) {
      watched = true;
      router.start("watch", new Watch());
    }
  }

  /** Lets idle threads end. Tasks that wait or are submitted later still run. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /**
   * Ends the pool: interrupts all its threads, takes no further tasks, and drops those that wait in
   * the queue. Does not wait for tasks that run.
   *
   * @return the dropped tasks, in the order of their submission: none has begun, and none will ever
   *     run, so the caller tells those that wait for them; empty where none waited
   */
  @CanIgnoreReturnValue
  public synchronized List<Runnable> end() {
    ended = true;
    close();
    workers.forEach(Thread::interrupt);
    List<Runnable> waiting = new ArrayList<>(queue);
    queue.clear();
    queued = 0;
    return waiting;
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
      synchronized (ElasticPool.this) {
        workers.add(Thread.currentThread());
      }
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

  /** Runs a task. An exception must not end the thread, since the pool counts it. */
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
        return leave();
      }
      long since = System.nanoTime();
      idle++;
      try {
        wait(IDLE_MILLIS); // until help
      } catch (InterruptedException e) {
        continue; // meant for a call that was cancelled, and has ended since
      } finally {
        idle--;
      }
      if (queue.isEmpty() && System.nanoTime() - since >= IDLE_MILLIS * 1_000_000) {
        return leave();
      }
    }
    waking = false;
    if (threads > max) {
      return leave();
    }
    taken++;
    Runnable work = queue.poll();
    queued = queue.size();
    return work;
  }

  @GuardedBy("this")
  private Runnable leave() {
    threads--;
    workers.remove(Thread.currentThread());
    return null;
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
        if (queue.isEmpty() || threads >= max || closed) {
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
