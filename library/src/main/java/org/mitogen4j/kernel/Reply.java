package org.mitogen4j.kernel;

import java.nio.charset.StandardCharsets;

/** Asks the parent, and waits for its answer whatever interrupts. */
public final class Reply extends Handler {
  private final MessageRouter router;
  private Message message; // guarded by this

  public Reply(MessageRouter router) {
    this.router = router;
    peer = router.parents[0];
  }

  @Override
  protected synchronized void receive(Message m) {
    if (message == null) { // else the link ended behind it
      message = m;
      notifyAll();
    }
  }

  public synchronized Message request(long handle, Encoder e) {
    if (Thread.currentThread().getName().contains(" read ")) {
      throw new IllegalStateException("a reading thread must not wait");
    }
    long to = router.open(this);
    boolean interrupted = false;
    router.send(peer, handle, to, e, 0, true);
    while (message == null) {
      try {
        wait(); // until receive
      } catch (InterruptedException stop) {
        interrupted = true;
      }
    }
    router.handlers.remove(to);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (message.dead()) {
      throw new DeadException(new String(message.pieces[0], StandardCharsets.UTF_8));
    }
    return message;
  }
}
