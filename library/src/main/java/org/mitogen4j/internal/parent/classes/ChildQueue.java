package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.Parent;

/**
 * The questions of one direct child, and of the contexts below it, that wait for an answer. At most
 * {@link #THREADS} are worked on at a time. While the child does not read its answers the queue
 * rests: it uses no thread and delays no other child. Thread safe.
 */
final class ChildQueue implements Runnable {
  /** The most threads for one child: a class that is slow to find does not delay the next. */
  private static final int THREADS = 3;

  /** While more bytes wait for the link of the child, the queue rests. */
  private static final int ROOM = 1 << 18;

  /** The first time of a rest; each further one takes longer. */
  private static final long REST_MILLIS = 10;

  private static final long MAX_REST_MILLIS = 100;

  private final Link to;
  private final Parent parent;
  private final Executor pool;
  private final BooleanSupplier isBusy;

  @GuardedBy("this")
  private final ArrayDeque<Runnable> work = new ArrayDeque<>();

  @GuardedBy("this")
  private int running;

  @GuardedBy("this")
  private int begun; // those of the running threads that have no task yet

  @GuardedBy("this")
  private boolean resting;

  @GuardedBy("this")
  private long rest = REST_MILLIS;

  /** The number of questions that have no answer yet. */
  final AtomicInteger open = new AtomicInteger();

  /**
   * @param pool runs the work
   * @param isBusy whether the queue is to rest whatever the child does
   */
  ChildQueue(Link to, Parent parent, Executor pool, BooleanSupplier isBusy) {
    this.to = to;
    this.parent = parent;
    this.pool = pool;
    this.isBusy = isBusy;
  }

  /** Has a thread of the pool run a task in its turn. */
  synchronized void add(Runnable task) {
    work.add(task);
    go();
  }

  /** Has threads of the pool take one task each, if the child has room for the answers. */
  @GuardedBy("this")
  private void go() {
    int more = Math.min(work.size() - begun, THREADS - running);
    if (resting || more <= 0) {
      return;
    } else if (to.dead() != null) {
      work.clear(); // the child is gone
      return;
    }
    if (to.pending() > ROOM || isBusy.getAsBoolean()) {
      resting = true;
      try {
        parent.schedule(this::resume, rest, TimeUnit.MILLISECONDS);
      } catch (DeadException closed) {
        work.clear();
      }
      rest = Math.min(2 * rest, MAX_REST_MILLIS);
      return;
    }
    rest = REST_MILLIS;
    for (; more > 0; more--) {
      running++;
      begun++;
      pool.execute(this); // behind the work for other children
    }
  }

  private synchronized void resume() {
    resting = false;
    if (to.dead() == null) {
      go();
    }
  }

  @Override
  public void run() {
    Runnable task = next();
    if (task != null) {
      task.run();
    }
    done();
  }

  private synchronized Runnable next() {
    begun--;
    return work.poll();
  }

  private synchronized void done() {
    running--;
    go();
  }

  /**
   * Runs a task that may wait for the child on a thread of its own, which counts as one of the
   * threads for the child.
   */
  synchronized void apart(Runnable task) {
    running++;
    parent.context.threads.execute(
        () -> {
          task.run();
          done();
        });
  }
}
