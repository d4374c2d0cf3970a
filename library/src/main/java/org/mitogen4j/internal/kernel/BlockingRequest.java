package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** Asks the parent, and waits for its answer whatever interrupts. */
public final class BlockingRequest extends Handler {
  private final MessageRouter router;

  @GuardedBy("this")
  private Message message;

  @GuardedBy("this")
  private boolean ended;

  private volatile long replyTo;

  public BlockingRequest(MessageRouter router) {
    this.router = router;
    peer = router.parents[0];
  }

  @Override
  public void receive(Message m) {
    router.handlers.remove(replyTo);
    end(m);
  }

  /** Ends the wait; null when the answer is here already in another way. */
  synchronized void end(Message m) {
    if (!ended) { // else the link ended behind it
      ended = true;
      message = m;
      notifyAll();
    }
  }

  /** Returns the answer; null when it came in another way. */
  public Message ask(long service, Encoder e) {
    Link parent = router.parent; // null once it has detached
    if (parent != null && Thread.currentThread() == parent.reader) {
      throw new IllegalStateException("a reading thread must not wait");
    }
    replyTo = router.open(this);
    try {
      router.send(peer, service, replyTo, e, 0, true); // not in the lock, for it may have to wait
    } catch (RuntimeException failed) {
      router.handlers.remove(replyTo);
      throw failed;
    }
    boolean interrupted = false;
    synchronized (this) {
      while (!ended) {
        try {
          wait(); // until end
        } catch (InterruptedException stop) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (message != null && message.dead()) {
        throw new DeadException(EndCause.of(message));
      }
      return message;
    }
  }
}
