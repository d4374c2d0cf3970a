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
 * The side to which a receiver was sent: on first use it asks the {@link ReceiverRelay} for the
 * items, which then come to a handle of its own, and puts them into the receiver's inbox.
 */
final class RemoteReceiverSource extends Handler {
  private final Receiver<?> receiver;
  private final Router router;

  /** Where the receiver was opened. */
  final Context owner;

  /** Where it is asked for the items. */
  final long asked;

  /** Whether somebody else may have been told to ask. */
  volatile boolean offered;

  private volatile boolean opened;

  /** Where the items come in; 0 before they are asked for. */
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

  /** Whether items come in there. */
  boolean is(long other) {
    return handle == other;
  }

  /** Asks for the items, unless that is done, or nobody wants them any more. Does not wait. */
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

  /** What a message from there stands for; null for the end. */
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

  /** Nothing more is taken here. */
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
