package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.DisconnectListener;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The handler of one sender of a receiver, in the receiver's context. It puts the sender's items
 * into the receiver's queue, and messages with the flag DEAD: one with a payload for the failure of
 * a context, one without for the end.
 */
final class SenderPort extends DisconnectListener {
  private final Receiver<?> receiver;
  private final Router router;
  private final long handle;

  /**
   * The contexts that use the sender, each with its handle where it is told that the receiver is
   * closed; 0 where that handle is not known yet.
   */
  @GuardedBy("this")
  private final Map<Integer, Long> users = new HashMap<>();

  @GuardedBy("this")
  private boolean closing;

  SenderPort(Receiver<?> receiver, long handle) {
    this.receiver = receiver;
    router = receiver.router;
    this.handle = handle;
    peer = ANYBODY;
  }

  @Override
  public boolean accepts(MessageRouter own, Message m) {
    return receiver.policy.permits(router, m.auth);
  }

  // ---- on reading threads

  @Override
  public void receive(Message m) {
    boolean known;
    synchronized (this) {
      if (closing) {
        return; // by another copy of the sender
      }
      closing = m.dead();
      Long before = users.put(m.src, m.replyTo);
      known = before != null && before != 0;
    }
    if (!known) {
      receiver.senders.putIfAbsent(m.src, router.context(m.src)); // while its name is known
      // so that this context is told of the sender's end
      router.credits().give(new ConversationId(m.src, handle, 0), 0);
    }
    if (m.dead()) {
      receiver.items.receive(end(m.src, null, 0));
    } else if (m.size > 0) {
      receiver.items.receive(m);
    }
  }

  /**
   * The message that stands in the queue for the end of a user of the sender.
   *
   * @param cause null for an end in good order
   * @param more {@link Header#MORE} if other contexts still use the sender; else 0
   */
  private Message end(int context, EndCause cause, int more) {
    byte[] payload =
        cause == null ? Message.EMPTY : Disconnects.dead(context, 0, handle, cause).pieces[0];
    return new Message(null, context, router.core().id, handle, 0, Header.DEAD | more, payload);
  }

  @Override
  protected void gone(Collection<Integer> contexts, EndCause cause) {
    for (int context : contexts) {
      end(context, cause, null);
    }
  }

  private void end(int context, EndCause cause, RuntimeException failure) {
    Message end;
    synchronized (this) {
      if (users.remove(context) == null || closing) {
        return;
      }
      closing = users.isEmpty();
      end = end(context, cause, closing ? 0 : Header.MORE);
    }
    if (failure != null) {
      receiver.failures.put(end, failure);
    }
    receiver.items.receive(end);
  }

  // ---- on other threads
  /** The sender was sent to a context, which uses it from now on. */
  void sentTo(Context context) {
    receiver.senders.put(context.id(), context);
    synchronized (this) {
      users.putIfAbsent(context.id(), 0L);
    }
  }

  /** The call that took the sender to a context has failed. */
  void failed(int context, RuntimeException failure) {
    end(context, new EndCause(EndCause.FAILED, "the call failed"), failure);
  }

  /** A context has stopped using the sender, in good order. */
  void ended(int context) {
    end(context, null, null);
  }

  /** The receiver is closed: tells all contexts that use the sender. */
  void close(String why) {
    Map<Integer, Long> told;
    synchronized (this) {
      closing = true;
      told = new HashMap<>(users);
      users.clear();
    }
    EndCause cause = new EndCause(EndCause.SHUT_DOWN, why);
    for (Map.Entry<Integer, Long> user : told.entrySet()) {
      router.messages.deadBehindItems(user.getKey(), user.getValue(), cause);
    }
    // after that, since an item without a handle is answered with a less exact reason
    router.core().handlers.remove(handle);
    router.credits().closed(handle);
  }
}
