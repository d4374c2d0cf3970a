package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;

/** The number of bytes that a sender may still send until the receiver gives more credit. */
public final class Credit {
  private final long initial;

  @GuardedBy("this")
  private long balance;

  @GuardedBy("this")
  private EndCause dead;

  @GuardedBy("this")
  private Runnable waiting;

  Credit(long initial) {
    this.initial = initial;
    balance = initial;
  }

  /**
   * Takes bytes off the balance, after waiting until it is positive; one message may overdraw it.
   *
   * @throws DeadException when the receiver is gone
   */
  public synchronized void take(long bytes) throws InterruptedException {
    assert ReadingThread.isNot("wait for credit");
    while (balance <= 0 && dead == null) {
      wait(); // until give or kill
    }
    if (dead != null) {
      throw new DeadException(dead);
    }
    balance -= bytes;
  }

  /**
   * Whether {@link #take} would return at once.
   *
   * @param later if take would wait, this is run once it would not, on a reading thread; it
   *     replaces the one of an earlier call
   */
  public synchronized boolean ready(Runnable later) {
    boolean ready = balance > 0 || dead != null;
    waiting = ready ? null : later;
    return ready;
  }

  public void give(long bytes) {
    change(bytes, null);
  }

  /** Makes {@link #take} throw this cause, for threads that wait now and for later ones. */
  public void kill(EndCause cause) {
    change(0, cause);
  }

  private void change(long more, EndCause end) {
    Runnable told = null;
    synchronized (this) {
      balance = Math.min(initial, balance + more); // an honest receiver gives no more
      dead = end == null ? dead : end;
      notifyAll();
      if (balance > 0 || dead != null) {
        told = waiting;
        waiting = null;
      }
    }
    if (told != null) {
      assert !Thread.holdsLock(this);
      told.run();
    }
  }
}
