package org.mitogen4j.context;

import org.mitogen4j.kernel.DeadException;

/** How many bytes a sender may still send until the receiver says that it can take more. */
public final class Credit {
  private final long initial;
  private long balance; // guarded by this
  private String dead; // guarded by this

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
    while (balance <= 0 && dead == null) {
      wait(); // until give or kill
    }
    if (dead != null) {
      throw new DeadException(dead);
    }
    balance -= bytes;
  }

  public synchronized void give(long bytes) {
    balance = Math.min(initial, balance + bytes); // an honest receiver gives no more
    notifyAll();
  }

  /** Whoever waits, now or later, learns why there will be no more. */
  public synchronized void kill(String reason) {
    dead = reason;
    notifyAll();
  }
}
