package org.mitogen4j.context;

import java.util.ArrayDeque;
import org.mitogen4j.kernel.MessageRouter;

/**
 * The threads that run functions: few while they are short, up to {@link #MAX} while they block.
 *
 * <p>What is submitted wakes an idle thread. When all are busy, a watch thread looks every
 * millisecond whether the queue moves, and adds threads while it does not.
 */
public final class Workers {
  /** The most functions that run at a time. */
  public static final int MAX = 64;

  private static final long IDLE_MILLIS = 30_000;
  private static final int WATCH_MILLIS = 1;
  private static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final MessageRouter router;
  private final String role;

  // guarded by this
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private int threads;
  private int idle;
  private boolean waking;
  private boolean watched;
  private long taken;
  private int number;
  private boolean closed;

  /** The length of the queue, for those who do not need to be exact. */
  private volatile int queued;

  /**
   * @param role what the threads are called
   */
  public Workers(MessageRouter router, String role) {
    this.router = router;
    this.role = role;
  }

  /** How many wait for a thread. */
  public int queued() {
    return queued;
  }

  public void submit(Runnable work) {
    Thread start;
    synchronized (this) {
      queue.add(work);
      queued = queue.size();
      if (waking) {
        return;
      }
      if (idle > 0) {
        waking = true;
        notify();
        return;
      }
      if (threads < FEW) {
        waking = true;
        start = worker();
      } else if (watched || threads == MAX) {
        return;
      } else {
        watched = true;
        start = router.thread("watch", new Watch());
      }
    }
    start.start();
  }

  /** Lets idle threads go. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private Thread worker() { // this is held
    threads++;
    return router.thread(role + " " + ++number, new Work());
  }

  private final class Work implements Runnable {
    @Override
    public void run() {
      while (one()) {
        // a method of its own, so that an idle thread keeps nothing of its last work in memory
      }
    }

    private boolean one() {
      Runnable work = take();
      if (work != null) {
        work.run();
      }
      return work != null;
    }
  }

  private synchronized Runnable take() {
    while (queue.isEmpty()) {
      waking = false;
      if (closed) {
        threads--;
        return null;
      }
      idle++;
      try {
        wait(IDLE_MILLIS); // until submit
      } catch (InterruptedException e) {
        continue; // a cancelled call's, that came late
      } finally {
        idle--;
      }
      if (queue.isEmpty() && !waking) {
        threads--;
        return null;
      }
    }
    taken++;
    Runnable work = queue.poll();
    queued = queue.size();
    waking = !queue.isEmpty() && idle > 0;
    if (waking) {
      notify();
    }
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
      Thread start = null;
      synchronized (Workers.this) {
        if (queue.isEmpty() || threads == MAX || closed) {
          watched = false;
          return -1;
        }
        if (before == taken && idle == 0) {
          start = worker();
        }
        before = taken;
      }
      if (start != null) {
        start.start();
      }
      return before;
    }
  }
}
