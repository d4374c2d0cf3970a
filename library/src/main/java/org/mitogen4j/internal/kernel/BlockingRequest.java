package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Sends a request to the parent, and waits for its answer. An interrupt does not end the wait: it
 * is restored when the answer is here.
 */
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

  /**
   * Ends the wait. {@code m} is the answer; null when what was asked for came in another message.
   */
  synchronized void end(Message m) {
    if (!ended) { // else the link ended after the answer came
      ended = true;
      message = m;
      notifyAll();
    }
  }

  /**
   * Sends the request and waits.
   *
   * @return the answer; null when what was asked for came in another message
   * @throws DeadException when the parent is gone or refuses
   * @throws IllegalStateException on the thread that reads the link to the parent
   */
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
