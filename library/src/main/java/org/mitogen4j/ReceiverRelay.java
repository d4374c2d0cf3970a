package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.Credit;
import org.mitogen4j.internal.context.DisconnectListener;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/**
 * Passes the items of a receiver on to the context that the receiver was sent to. The message with
 * the receiver has the handle of its relay. The first context that sends an empty message to that
 * handle, with a handle to reply to, gets the items there (in the format of {@link ReceivedItem}),
 * and ends the relay by a dead message.
 *
 * <p>An item is taken from the receiver only while the reader's window has room, so that the
 * senders have no more on the way than the reader and the receiver each allow. It runs on a thread
 * of the router's pool while there is something to pass on, and room for it.
 */
final class ReceiverRelay extends DisconnectListener implements Runnable {
  private final Receiver<?> receiver;
  private final Router router;
  final long handle;

  /** The thread that is passing items on; null for none. */
  private volatile Thread thread;

  /** The context that it was sent to; null where that is not known. */
  private volatile Context there;

  /** The first message of the reader, which has its address; null before it came. */
  @GuardedBy("this")
  private Message reader;

  /** Why nothing more is passed on; null while items are. */
  @GuardedBy("this")
  private EndCause failure;

  /** Whether {@link #failure} is that the context it was sent to can't be reached. */
  @GuardedBy("this")
  private boolean unreachable;

  /** Whether a thread of the pool runs this, or is going to. */
  @GuardedBy("this")
  private boolean queued;

  /** Whether there may be something to do since that thread looked last. */
  @GuardedBy("this")
  private boolean again;

  @GuardedBy("this")
  private boolean ended;

  ReceiverRelay(Receiver<?> receiver) {
    this.receiver = receiver;
    router = receiver.router;
    handle = router.newHandle();
    peer = ANYBODY; // a context that knows the handle was given the receiver
    router.core().handlers.put(handle, this);
  }

  /** Whether the calling thread is the one that passes items on. */
  boolean runsHere() {
    return thread == Thread.currentThread();
  }

  // ---- on reading threads

  @Override
  public void receive(Message m) {
    boolean late;
    boolean first = false;
    synchronized (this) {
      late = !m.dead() && (reader != null || ended || !Router.isSecret(m.replyTo));
      if (m.dead()) {
        failure = failure == null ? EndCause.of(m) : failure;
      } else if (!late) {
        reader = m;
        first = true;
      }
    }
    if (late) {
      String why = "the items of this receiver go elsewhere";
      router.messages.dead(m.src, m.replyTo, new EndCause(EndCause.REFUSED, why));
      return;
    }
    if (first) { // so that this context is told of the reader's end
      router.credits().give(new ConversationId(m.src, m.replyTo, 0), 0);
    }
    wake();
  }

  @Override
  protected void gone(Collection<Integer> contexts, EndCause cause) {
    boolean waits;
    synchronized (this) {
      waits =
          reader != null
              ? contexts.contains(reader.src)
              : there != null && contexts.contains(there.id());
    }
    if (waits) {
      fail(cause, true);
    }
  }

  /** An item or an end has come to the receiver. */
  void arrived() {
    synchronized (this) {
      if (reader == null) {
        return;
      }
    }
    wake();
  }

  /** Lets a thread of the pool look whether there is something to do. Does not wait. */
  void wake() {
    int to;
    synchronized (this) {
      again = true;
      if (queued || ended) {
        return;
      }
      queued = true;
      to = reader == null || failure != null ? -1 : reader.src;
    }
    router.relays.submit(to, this);
  }

  private void fail(EndCause why, boolean lost) {
    synchronized (this) {
      if (failure == null) {
        failure = why;
        unreachable = lost;
      }
    }
    wake();
  }

  /** The failure as a text; null while there is none. */
  @GuardedBy("this")
  private String failure() {
    if (failure == null) {
      return null;
    }
    return unreachable && there != null
        ? "the receiver was sent to " + DisconnectedException.of(there, failure).getMessage()
        : EndReason.of(failure).text();
  }

  // ---- on other threads
  /** Notes the context that the items go to, or are going to. */
  void sentTo(Context context) {
    there = context;
    if (!router.messages.reaches(context.id())) {
      fail(router.runtime().disconnects.cause(context.id()), true);
    }
  }

  /** The call that took the receiver to a context has failed. */
  void failed(Context context, String why) {
    synchronized (this) {
      if (reader != null && reader.src != context.id()) {
        return; // that context has sent it on to another, which reads it
      }
    }
    fail(new EndCause(EndCause.FAILED, why), false);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    do {
      synchronized (this) {
        again = false;
      }
      try {
        passOn();
      } catch (DeadException e) {
        fail(e.cause, true);
      } catch (RuntimeException | Error e) {
        fail(new EndCause(EndCause.FAILED, "its items can't be passed on: " + e), false);
      }
    } while (more());
  }

  private synchronized boolean more() {
    if (!again || ended) {
      queued = false;
      thread = null;
    }
    return queued;
  }

  private void passOn() {
    for (; ; ) {
      Message to;
      String why;
      synchronized (this) {
        to = reader;
        why = ended ? null : failure();
        if (ended) {
          return;
        }
      }
      if (to != null && (there == null || there.id() != to.src)) {
        there = router.context(to.src);
        receiver.location.sentTo(there);
      }
      if (why != null) {
        end(why);
        return;
      } else if (to == null) {
        if (!receiver.isEnded()) {
          return;
        } else if (refusesReaders()) {
          end(Receiver.CLOSED);
          return;
        }
        continue; // a reader has come meanwhile
      }
      Credit credit = router.credits().of(to.src, to.replyTo);
      if (!credit.ready(this::wake)) {
        return;
      }
      ReceivedItem next = receiver.take(0);
      if (next != null) {
        send(to, next);
      } else {
        if (receiver.isEnded()) {
          sendEnd(to);
          end(Receiver.CLOSED);
        }
        return;
      }
    }
  }

  /** Refuses readers from now on; false when one has come, which waits for items or an end. */
  private synchronized boolean refusesReaders() {
    ended |= reader == null;
    return ended;
  }

  private void send(Message to, ReceivedItem item) {
    try {
      Encoder e = new Encoder(router.core(), true);
      item.write(e);
      router.messages.checkSize(to.src, e);
      router.messages.sendCounted(to.src, to.replyTo, handle, e, Header.BULK);
    } catch (IllegalArgumentException tooLong) {
      send(to, new ReceivedItem(item.context, new MitogenException(tooLong.getMessage())));
    } catch (InterruptedException e) {
      throw new DeadException(
          new EndCause(EndCause.FAILED, "interrupted while passing on its items"));
    }
  }

  private void sendEnd(Message to) {
    Encoder end = new Encoder(router.core(), true);
    router.core().send(to.src, to.replyTo, 0, end, Header.DEAD | Header.BULK, false);
  }

  private void end(String why) {
    Message to;
    boolean told;
    synchronized (this) {
      ended = true;
      to = reader;
      told = failure == null;
    }
    router.core().handlers.remove(handle);
    if (to != null) {
      router.credits().forget(new ConversationId(to.src, to.replyTo, 0));
      if (!told && router.messages.reaches(to.src)) {
        router.messages.dead(to.src, to.replyTo, new EndCause(EndCause.FAILED, why));
      }
    }
    receiver.close(why);
  }
}
