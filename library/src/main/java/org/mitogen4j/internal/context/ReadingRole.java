package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicLong;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Lets the thread that read a short call also run it, which saves waking another thread. Reading
 * must go on even if a function blocks, so there are two threads: the reader, and the follower,
 * which looks once a millisecond while calls come. If the reader is still in the same call at the
 * next look, the follower becomes the reader, and the former reader becomes the follower when its
 * call has ended. docs/CONCURRENCY.md has the states.
 */
final class ReadingRole implements Runnable {
  /**
   * The follower looks once in this time; a reader in the same call at two looks loses its role.
   */
  private static final long TICK_MILLIS = 1;

  /** Ticks without a call until the follower rests. */
  private static final int REST_TICKS = 20;

  /** A call that takes longer is not short: the next calls go to the pool, to run side by side. */
  private static final long SHORT_NANOS = 100_000;

  /** How many calls go to the pool after one that was not short. */
  private static final int PAUSE = 100;

  /** The most threads: the reader, the follower, and former readers that are still in a call. */
  private static final int MAX_THREADS = 8;

  private final ContextRuntime context;
  private final Link link;

  /**
   * Odd while the reader runs a call. The thread that makes it even again, the reader or the
   * follower, is the reader from then on.
   */
  private final AtomicLong turn = new AtomicLong();

  /** Whether the follower is looking. */
  private volatile boolean watched;

  /** The number of further calls that go to the pool. */
  private volatile int pause;

  @GuardedBy("this")
  private int threads;

  /** Whether there is a follower. */
  @GuardedBy("this")
  private boolean following;

  /** Whether the resting follower is to look, or a new one was started. */
  @GuardedBy("this")
  private boolean wanted;

  /** Whether the process's first thread has handed the role of the reader to the follower. */
  @GuardedBy("this")
  private boolean handed;

  ReadingRole(ContextRuntime context, Link link) {
    this.context = context;
    this.link = link;
  }

  /**
   * Runs a call on the calling thread, which is the reading thread, if that is allowed.
   *
   * @return whether the call was run or submitted; if not, the caller submits it to the pool
   */
  boolean run(Runnable call) {
    int left = pause;
    if (left > 0) {
      pause = left - 1;
      return false;
    }
    Thread me = Thread.currentThread();
    if (!(me instanceof MessageRouter.Worker)) { // functions find their router by their thread
      return leave(call);
    }
    // before the turn is set: once it is odd, the follower may set link.reader to itself at any
    // time
    link.reader = null; // the function may wait for a frame that the follower will read
    long mine = turn.get() + 1;
    turn.set(mine);
    long begun = System.nanoTime();
    boolean runs = watched; // after the turn was set: the follower looks at it before it rests
    if (runs) {
      assert ReadingThread.ends();
      call.run();
    }
    if (turn.compareAndSet(mine, mine + 1)) {
      link.reader = me;
      if (!runs) {
        wake();
      } else if (System.nanoTime() - begun > SHORT_NANOS) {
        pause = PAUSE;
      }
      return runs;
    }
    pause = PAUSE;
    if (!runs) {
      context.workers.submit(call);
    }
    follow(); // returns when this thread is the reader again, or is not needed any more
    return true;
  }

  /** Makes the follower look, or starts one. */
  private synchronized void wake() {
    if (following) {
      wanted = true;
      notifyAll();
    } else if (threads < MAX_THREADS && !wanted) {
      wanted = true;
      threads++;
      context.router.start("read parent", this);
    }
  }

  /** The process's first thread hands the role over for good, once there is a follower. */
  private boolean leave(Runnable call) {
    synchronized (this) {
      if (!following) {
        wake();
        return false;
      }
      handed = true;
      notifyAll();
    }
    context.workers.submit(call);
    synchronized (turn) {
      for (; ; ) { // the process ends by exit; without this thread it would end sooner
        try {
          turn.wait();
        } catch (InterruptedException e) {
          // it has nothing else to do
        }
      }
    }
  }

  /** Runs a new follower. */
  @Override
  public void run() {
    try {
      if (follow()) {
        link.run();
      }
    } catch (Error full) { // there is no memory left to end in good order
      ContextShutdown.halt();
    }
    synchronized (this) {
      threads--;
    }
  }

  /** Returns true as the reader; false when there is another follower, or the link has ended. */
  private boolean follow() {
    synchronized (this) {
      if (following) {
        return false;
      }
      following = true;
    }
    boolean leads = false;
    while (!leads && rest()) {
      leads = watch();
    }
    synchronized (this) {
      following = false;
      wanted = false;
      handed = false;
    }
    if (leads) {
      link.reader = Thread.currentThread();
    }
    return leads;
  }

  /** Waits until calls come; returns false when the link has ended. */
  private boolean rest() {
    watched = false;
    if ((turn.get() & 1) == 0) { // else the reader has begun one, and believes that it is watched
      synchronized (this) {
        while (!wanted && !handed && link.dead() == null) {
          try {
            wait(); // until wake, leave or ended
          } catch (InterruptedException e) {
            // meant for a cancelled call that has ended
          }
        }
        wanted = false;
      }
    }
    watched = true;
    return link.dead() == null;
  }

  /**
   * Watches the reader; returns true when this thread is the reader now, false when no calls come.
   */
  private boolean watch() {
    long seen = turn.get();
    for (int still = 0; still < REST_TICKS; ) {
      if (isHanded()) {
        watched = false;
        return true;
      }
      try {
        Thread.sleep(TICK_MILLIS);
      } catch (InterruptedException e) {
        // meant for a cancelled call that has ended
      }
      long now = turn.get();
      if (now != seen) {
        still = 0;
        seen = now;
      } else if ((now & 1) == 0) {
        still++;
      } else if (turn.compareAndSet(now, now + 1)) {
        watched = false;
        return true;
      }
    }
    return false;
  }

  /** The link has ended: wakes the follower, which ends. */
  synchronized void ended() {
    notifyAll();
  }

  private synchronized boolean isHanded() {
    return handed;
  }
}
