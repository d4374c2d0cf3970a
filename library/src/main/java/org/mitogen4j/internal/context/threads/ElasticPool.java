package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A queue of tasks for a bounded number of a context's threads: few while tasks are short, more
 * while tasks block. All pools of a context share its threads ({@link ThreadCache}). Each task
 * begins with the same thread settings, even if the task before has changed them ({@link
 * ThreadSettings}).
 *
 * <p>A submitted task takes a thread at once while the pool has few. Beyond them the context's
 * clock looks every millisecond whether the queue moves, and adds a thread while it does not.
 */
public final class ElasticPool {
  /** The most threads of a pool, by default. */
  public static final int MAX = 64;

  /**
   * The number of threads that are started at once, without waiting to see whether the queue moves.
   */
  private static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** How long a pool is taken to need as many threads as it once needed. */
  private static final long GROWN_NANOS = 30_000_000_000L;

  private final ThreadCache cache;
  private final Consumer<ThreadSettings> turn = new Turn();

  @GuardedBy("this")
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

  /** The threads that run tasks of this pool now. */
  @GuardedBy("this")
  private final List<Thread> workers = new ArrayList<>();

  @GuardedBy("this")
  private int max;

  /** The number of threads that this pool has, with those that were asked for. */
  @GuardedBy("this")
  private int threads;

  /** Whether a thread was asked for, and no thread has looked for a task since. */
  @GuardedBy("this")
  private boolean waking;

  /** Whether the clock looks at this pool. */
  @GuardedBy("this")
  private boolean watched;

  /** The number of tasks that threads have taken so far. */
  @GuardedBy("this")
  private long taken;

  /** {@link #taken} at the clock's last look; -1 before its first. */
  @GuardedBy("this")
  private long seen;

  /** The most threads that the clock's looks brought the pool to, and when it was the last time. */
  @GuardedBy("this")
  private int grown;

  @GuardedBy("this")
  private long grownAt;

  @GuardedBy("this")
  private boolean ended;

  /** The length of the queue, to be read without the lock; it may be out of date. */
  private volatile int queued;

  /** A pool of {@link #MAX} threads at most. */
  public ElasticPool(ThreadCache cache) {
    this(cache, MAX);
  }

  /**
   * @param max the most threads
   */
  public ElasticPool(ThreadCache cache, int max) {
    this.cache = cache;
    this.max = max;
  }

  /** Sets the most threads; surplus threads leave after the task that they run. */
  public synchronized void setMax(int most) {
    max = most;
    help();
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
      try {
        help();
      } catch (RuntimeException | Error noThread) {
        if (threads == 0) { // else those that there are will come to it
          queue.removeLast();
          throw noThread;
        }
      } finally {
        queued = queue.size();
      }
    }
    return !ended;
  }

  /** Asks for a thread for the tasks that wait, or has the clock look at them. */
  @GuardedBy("this")
  private void help() {
    if (queue.isEmpty() || waking || threads >= max) {
      return;
    }
    if (threads < FEW || cache.isClosed() || threads < grown() && cache.hasFree()) {
      addThread();
    } else if (!watched) {
      cache.watch(this);
      watched = true;
      seen = -1;
    }
  }

  /**
   * The number of threads that the pool needed in the last 30 s, by the clock's looks. Up to this
   * number the pool takes idle threads at once: beyond it, threads with short tasks would only get
   * in each other's way.
   */
  @GuardedBy("this")
  private int grown() {
    if (grown > 0 && System.nanoTime() - grownAt > GROWN_NANOS) {
      grown = 0;
    }
    return grown;
  }

  @GuardedBy("this")
  private void addThread() {
    cache.take(turn);
    threads++;
    waking = true;
  }

  /** Asks for a thread for the tasks that wait: the clock looks at them no more. */
  synchronized void grow() {
    help();
  }

  /**
   * The clock's look: adds a thread if no task was taken since the last one. While a thread is
   * about to begin none is added, since more threads would slow down a slow machine further.
   *
   * @return whether to look again
   */
  synchronized boolean look() {
    watched = !queue.isEmpty() && threads < max;
    if (watched && seen == taken && !waking) {
      addThread();
      grown = Math.max(grown, threads);
      grownAt = System.nanoTime();
    }
    seen = taken;
    return watched;
  }

  /**
   * Ends the pool: interrupts all threads that run its tasks, takes no further tasks, and drops
   * those that wait in the queue. Does not wait for tasks that run.
   *
   * @return the dropped tasks, in the order of their submission: none has begun, and none will ever
   *     run, so the caller tells those that wait for them; empty where none waited
   */
  @CanIgnoreReturnValue
  public synchronized List<Runnable> end() {
    ended = true;
    workers.forEach(Thread::interrupt);
    List<Runnable> waiting = new ArrayList<>(queue);
    queue.clear();
    queued = 0;
    return waiting;
  }

  /**
   * What a thread does for this pool: one task after another, until none waits. No lambda: the
   * first one of a process takes the JVM 3 ms.
   */
  private final class Turn implements Consumer<ThreadSettings> {
    @Override
    public void accept(ThreadSettings settings) {
      for (Runnable task = first(); task != null; task = next()) {
        ThreadCache.runSafely(task);
        settings.restore();
      }
    }
  }

  private synchronized Runnable first() {
    workers.add(Thread.currentThread());
    return next();
  }

  private synchronized Runnable next() {
    waking = false;
    Runnable task = threads > max ? null : queue.poll();
    if (task == null) {
      threads--;
      workers.remove(Thread.currentThread());
    } else {
      taken++;
      queued = queue.size();
    }
    try {
      help();
    } catch (RuntimeException | Error noThread) {
      // the threads that there are go on
    }
    return task;
  }
}
