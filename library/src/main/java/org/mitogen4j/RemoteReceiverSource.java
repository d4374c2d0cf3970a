package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The source of a receiver's items in the context that the receiver was sent to. On first use it
 * asks the {@link ReceiverRelay} in the context that opened the receiver for the items. These come
 * to a handle of its own, and it puts them into the receiver's queue.
 */
final class RemoteReceiverSource extends Handler {
  private final Receiver<?> receiver;
  private final Router router;

  /** The context that opened the receiver. */
  final Context owner;

  /** The handle of the relay there. */
  final long asked;

  /** Whether the receiver was sent on, so that another context may ask the relay. */
  volatile boolean offered;

  private volatile boolean opened;

  /** The handle where the items come in; 0 before they are asked for. */
  private volatile long handle;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private boolean closed;

  RemoteReceiverSource(Receiver<?> receiver, Context owner, long asked) {
    this.receiver = receiver;
    this.owner = owner;
    this.asked = asked;
    router = owner.router();
    peer = owner.id();
  }

  boolean isOpened() {
    return opened;
  }

  /** Whether {@code other} is the handle where the items come in. */
  boolean is(long other) {
    return handle == other;
  }

  /** Asks for the items, unless that was done, or the receiver was closed. Does not wait. */
  void open() {
    if (opened) {
      return;
    }
    MessageRouter core = router.core();
    synchronized (this) {
      if (opened || closed) {
        return;
      }
      handle = router.newHandle();
      receiver.expect(handle, this);
      core.handlers.put(handle, this);
      opened = true;
    }
    try {
      core.send(owner.id(), asked, handle, new Encoder(core, true), 0, false);
    } catch (DeadException gone) {
      receive(Disconnects.dead(owner.id(), core.id, handle, gone.cause));
    }
  }

  @Override
  public boolean accepts(MessageRouter own, Message m) {
    return m.src == owner.id();
  }

  @Override
  public void receive(Message m) {
    synchronized (this) {
      if (ended || closed) {
        return;
      }
      ended = m.dead();
    }
    receiver.items.receive(m);
  }

  /** The item or failure in a message of the relay; null for the end. */
  ReceivedItem item(Message m) {
    if (m.dead()) {
      boolean closed = m.src == owner.id() && (m.from != null || m.src == router.core().id);
      return closed
          ? null
          : new ReceivedItem(owner, DisconnectedException.of(owner, MessageSender.reason(m)));
    }
    try {
      return ReceivedItem.read(router, m);
    } catch (RuntimeException e) {
      return new ReceivedItem(owner, ReceivedItem.unreadable(owner, e));
    }
  }

  /** No more items are taken here: tells the relay. */
  void close(String why) {
    boolean tell;
    long own;
    synchronized (this) {
      tell = !closed && !ended;
      closed = true;
      own = handle;
    }
    if (tell) {
      // before the handle is removed: an item that comes later is answered with a less exact reason
      router.messages.dead(owner.id(), asked, new EndCause(EndCause.SHUT_DOWN, why));
    }
    if (own != 0) {
      router.core().handlers.remove(own);
      router.credits().closed(own);
    }
  }
}
