package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The one thread of a context that waits for times. It hands due work to pools, looks at what has
 * to be looked at now and then, and halts a process that has not ended in time. So it runs nothing
 * itself that may wait for a write, for another context, or for a lock that the program may hold.
 */
public final class Clock implements Runnable {
  /** What {@link Beat#beat} returns when it need not be called until {@link #soon}. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Longer delays are cut to some 70 years, so that the differences of two times fit a long. */
  private static final long MAX_NANOS = Long.MAX_VALUE >> 2;

  /** Milliseconds until the next attempt when work can't be handed over, or a beat failed. */
  private static final long AGAIN_MILLIS = 100;

  private static final long NANOS = 1_000_000;

  /** Something that the clock's thread looks at again and again. */
  public interface Beat {
    /**
     * Looks. Runs on the clock's thread: must neither wait, write nor run code of the program.
     *
     * @return the milliseconds until the next look, or {@link #NEVER}
     */
    long beat();
  }

  /** A beat, and when it is due. */
  private static final class Turn {
    final Beat beat;

    /** By System.nanoTime; guarded by the clock, like the other fields. */
    long due = System.nanoTime();

    boolean rests;
    boolean wanted;

    Turn(Beat beat) {
      this.beat = beat;
    }
  }

  /** Work that is done at a time. */
  public final class Alarm implements Comparable<Alarm> {
    private final ElasticPool by;
    private final Runnable work;
    private final long due;
    private final long number;

    private Alarm(ElasticPool by, Runnable work, long due, long number) {
      this.by = by;
      this.work = work;
      this.due = due;
      this.number = number;
    }

    @Override
    public int compareTo(Alarm other) {
      int order = Long.compare(due - zero, other.due - zero);
      return order == 0 ? Long.compare(number, other.number) : order;
    }

    /** The work is not done, unless it was handed to its pool already. */
    public void cancel() {
      forget(this);
    }
  }

  private final MessageRouter router;

  /** Halts this process. */
  private final Runnable halt;

  /** The alarms, the next first; those of the same time in the order in which they were set. */
  @GuardedBy("this")
  private final TreeSet<Alarm> alarms = new TreeSet<>();

  /** Times are compared by their distance from this one, for System.nanoTime may overflow. */
  private final long zero = System.nanoTime();

  @GuardedBy("this")
  private final List<Turn> turns = new ArrayList<>();

  @GuardedBy("this")
  private long number;

  /** When the thread wakes at the latest, by System.nanoTime. */
  @GuardedBy("this")
  private long wake = System.nanoTime();

  /** No alarm is handed over before, since one could not be; only the clock's thread uses it. */
  private long again = System.nanoTime();

  /** When to halt the process, by System.nanoTime; counts only if {@link #halts}. */
  @GuardedBy("this")
  private long deadline;

  @GuardedBy("this")
  private boolean halts;

  /** Whether no more alarms are taken. */
  @GuardedBy("this")
  private boolean silent;

  @GuardedBy("this")
  private boolean closed;

  private volatile boolean runs;

  /**
   * @param halt halts this process; runs on the clock's thread
   */
  public Clock(MessageRouter router, Runnable halt) {
    this.router = router;
    this.halt = halt;
  }

  /** Calls a beat at once, and then as often as it says. */
  public synchronized void every(Beat beat) {
    turns.add(new Turn(beat));
    wakeAt(System.nanoTime());
  }

  /** Calls a beat as soon as possible, whatever it said. */
  public synchronized void soon(Beat beat) {
    for (Turn turn : turns) {
      if (turn.beat == beat) {
        turn.due = System.nanoTime();
        turn.rests = false;
        turn.wanted = true;
        wakeAt(turn.due);
      }
    }
  }

  /**
   * Has work done later, by a pool.
   *
   * @return what to cancel it by
   * @throws DeadException when the context takes no more alarms, since it ends
   */
  public synchronized Alarm at(ElasticPool by, Runnable work, long delay, TimeUnit unit) {
    if (silent) {
      throw new DeadException(new EndCause(EndCause.SHUT_DOWN, router.name + " is closed"));
    }
    long nanos = Math.max(0, Math.min(unit.toNanos(delay), MAX_NANOS));
    Alarm alarm = new Alarm(by, work, System.nanoTime() + nanos, number++);
    alarms.add(alarm);
    wakeAt(alarm.due);
    return alarm;
  }

  private synchronized void forget(Alarm alarm) {
    alarms.remove(alarm);
  }

  /** Forgets all alarms, and takes no more. */
  public synchronized void silence() {
    silent = true;
    alarms.clear();
  }

  /** Halts the process after the given time, unless that was ordered before. */
  public synchronized void haltAfter(long millis) {
    if (!halts) {
      deadline = System.nanoTime() + millis * NANOS;
      halts = true;
      wakeAt(deadline);
    }
  }

  /** Whether its thread has begun. */
  public boolean runs() {
    return runs;
  }

  /** Ends the clock's thread. */
  public synchronized void close() {
    silence();
    closed = true;
    notifyAll();
  }

  @GuardedBy("this")
  private void wakeAt(long due) {
    if (due - wake < 0) {
      wake = due;
      notifyAll();
    }
  }

  @Override
  public void run() {
    runs = true;
    boolean open;
    do {
      open = rest();
      if (mustHalt()) {
        halt.run();
      }
      ring();
      look();
    } while (open);
  }

  /** Waits until something is due; returns false when the clock was closed. */
  private synchronized boolean rest() {
    wake = next();
    while (!closed) {
      long left = wake - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      try {
        wait((left + NANOS - 1) / NANOS); // until wakeAt or close
      } catch (InterruptedException e) {
        // a program that interrupts all threads must not stop this one
      }
    }
    return false;
  }

  private synchronized boolean mustHalt() {
    return halts && System.nanoTime() - deadline >= 0;
  }

  @GuardedBy("this")
  private long next() {
    long next = System.nanoTime() + MAX_NANOS;
    if (!alarms.isEmpty()) {
      long due = alarms.first().due;
      next = earlier(next, due - again > 0 ? due : again);
    }
    for (Turn turn : turns) {
      if (!turn.rests) {
        next = earlier(next, turn.due);
      }
    }
    return halts ? earlier(next, deadline) : next;
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }

  /** Hands over what is due. What can't be handed over stays, and is tried again. */
  private void ring() {
    for (Alarm due = due(); due != null; due = due()) {
      try {
        due.by.submit(due.work);
        forget(due);
      } catch (RuntimeException | Error noMemory) {
        again = System.nanoTime() + AGAIN_MILLIS * NANOS;
        return;
      }
    }
  }

  private synchronized Alarm due() {
    long now = System.nanoTime();
    boolean none = alarms.isEmpty() || alarms.first().due - now > 0 || again - now > 0;
    return none ? null : alarms.first();
  }

  private void look() {
    for (int i = 0; ; i++) {
      Turn turn;
      synchronized (this) {
        if (i == turns.size()) {
          return;
        }
        turn = turns.get(i);
        if (turn.rests || turn.due - System.nanoTime() > 0) {
          continue;
        }
        turn.wanted = false;
      }
      long millis = AGAIN_MILLIS;
      try {
        millis = turn.beat.beat();
      } catch (RuntimeException | Error e) {
        // this thread must not end before its context
      }
      synchronized (this) {
        if (!turn.wanted) {
          turn.rests = millis == NEVER;
          turn.due = System.nanoTime() + (turn.rests ? 0 : millis * NANOS);
        }
      }
    }
  }
}
