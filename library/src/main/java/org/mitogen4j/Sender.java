package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.functions.RequiredClasses;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/**
 * Sends items to a {@link Receiver}, wherever in the tree it is. A sender can be sent to any
 * context, as an argument, a result or an item, and be used there.
 *
 * <p>Items are sent by value, and arrive in the order in which they were sent. Up to 256 KiB of
 * them may wait for the receiver's reader, for each sender and context; then {@code send} waits
 * until the reader has taken some. So a slow reader slows its sender, and nobody else.
 *
 * <p>Close a sender when nothing more comes, and a receiver knows the end. Of the copies of one
 * sender, in one context or several, the first that is closed closes it for all; ask the receiver
 * for a sender for each context that sends by itself. Any thread may use a sender.
 *
 * @param <T> the items
 */
public final class Sender<T extends @Nullable Object> implements AutoCloseable {
  private final Router router;
  private final Context receiver;
  private final int context;
  private final long handle;
  private final ReentrantLock order = new ReentrantLock();
  private final Control control;

  /** Where the receiver answers; 0 before the first message. Guarded by order. */
  private long replies;

  @GuardedBy("order")
  private int prepared;

  Sender(Context receiver, long handle) {
    this.receiver = receiver;
    router = receiver.router();
    context = receiver.id();
    this.handle = handle;
    control = new Control(context);
  }

  /** Hears that the receiver is closed or gone; on a reading thread. */
  private final class Control extends Handler {
    private volatile Message end;
    private volatile Runnable told;

    Control(int receiver) {
      peer = receiver;
    }

    @Override
    public void receive(Message m) {
      if (m.dead()) {
        end = m;
        router.core().handlers.remove(m.handle);
        router.credits().kill(new ConversationId(context, handle, 0), EndCause.of(m));
        Runnable listener = told;
        if (listener != null) {
          listener.run();
        }
      }
    }

    /** Why nothing can be sent any more; null while it can. */
    MitogenException failure() {
      Message m = end;
      if (m == null) {
        return null;
      }
      boolean byReceiver = m.src == context && (m.from != null || context == router.core().id);
      return byReceiver
          ? new ClosedException(
              receiver + " takes no more items: " + MessageSender.reason(m).text())
          : DisconnectedException.of(receiver, MessageSender.reason(m));
    }
  }

  long handle() {
    return handle;
  }

  /** The context of the receiver. */
  public Context context() {
    return receiver;
  }

  /**
   * Sends an item, which may be null. Blocks while 256 KiB of this sender's items wait for the
   * reader. A byte array of 16 KiB or more must not change before this returns.
   *
   * @param item sent by value
   * @throws ClosedException when the receiver or this sender is closed. Items that were sent
   *     shortly before may be lost
   * @throws DisconnectedException when the receiver's context is gone
   * @throws IllegalArgumentException when the item can't be sent: its type, or its size
   * @throws MitogenException when the thread is interrupted, which it still is then; the item is
   *     not sent
   */
  public void send(T item) {
    Encoder e = new Encoder(router.core(), router.messages.isTrustedBy(context));
    e.value(item);
    lock();
    try {
      open();
      prepare(e);
      router.messages.sendCounted(context, handle, replies, e, Header.BULK);
      for (Object address : RequiredClasses.passed(e)) {
        if (address instanceof Receiver) {
          ((Receiver<?>) address).location.sentTo(receiver);
        }
      }
    } catch (DeadException dead) {
      throw failure(dead);
    } catch (InterruptedException interrupt) {
      throw interrupted(interrupt);
    } finally {
      if (control.end != null) { // the credit may have been taken after that
        router.credits().forget(new ConversationId(context, handle, 0));
      }
      order.unlock();
    }
  }

  /**
   * Whether the receiver still takes items, as far as is known here: it may have been closed a
   * moment ago. For contexts that have nothing to send for a long time. Blocks while another thread
   * sends by this sender.
   *
   * @throws MitogenException when the thread is interrupted, which it still is then
   */
  public boolean isOpen() {
    lock();
    try {
      if (replies == 0 && control.end == null) {
        open();
        Encoder hello = new Encoder(router.core(), true);
        prepare(hello);
        router.core().send(context, handle, replies, hello, Header.BULK, true);
      }
      return control.end == null && router.messages.reaches(context);
    } catch (DeadException gone) {
      return false;
    } finally {
      order.unlock();
    }
  }

  /** Sends ahead what the receiver's context needs to read a message. */
  @GuardedBy("order")
  private void prepare(Encoder e) {
    int needs = e.types == null ? 1 : 2;
    if (prepared < needs) {
      router.messages.prepare(context, e);
      prepared = needs;
    }
  }

  /** Runs something once the receiver is closed or gone; on a reading thread, or at once. */
  void whenEnded(Runnable listener) {
    control.told = listener;
    if (control.end != null) {
      listener.run();
    }
  }

  /** A call takes this sender, or a copy, to its context: if it fails, no items come from there. */
  void sentWith(Call<?> call) {
    Object port = context == router.core().id ? router.core().handlers.get(handle) : null;
    if (port instanceof SenderPort) {
      int there = call.context().id();
      ((SenderPort) port).sentTo(call.context());
      call.whenEnded(
          (result, failure) -> {
            if (failure != null) {
              ((SenderPort) port).failed(there, Call.unchecked(failure));
            }
          });
    }
  }

  @GuardedBy("order")
  private void open() {
    MitogenException failure = control.failure();
    if (failure != null) {
      throw failure;
    } else if (replies == 0) {
      replies = router.core().open(control);
    } else if (replies < 0) {
      throw new ClosedException("this sender to " + receiver + " is closed");
    }
  }

  private void lock() {
    try {
      order.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private MitogenException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new MitogenException("interrupted while sending to " + receiver, e);
  }

  private MitogenException failure(DeadException dead) {
    MitogenException failure = control.failure();
    if (failure != null) {
      return failure;
    } else if (Thread.currentThread().isInterrupted()) {
      return new MitogenException("interrupted while sending to " + receiver, dead);
    }
    return context == router.core().id
        ? new ClosedException(dead.getMessage())
        : DisconnectedException.of(receiver, dead.cause);
  }

  /**
   * Ends this sender: the receiver's reader sees the end behind the last item. Blocks only while
   * another thread sends by this sender. Does nothing when this or the receiver is closed already.
   */
  @Override
  public void close() {
    order.lock();
    try {
      if (replies < 0) {
        return;
      }
      long opened = replies;
      replies = -1;
      router.core().handlers.remove(opened);
      if (control.end == null) {
        Encoder end = new Encoder(router.core(), true);
        prepare(end);
        int flags = Header.DEAD | Header.BULK;
        // does not wait, for then an interrupt would keep the reader from the end
        router.core().send(context, handle, opened, end, flags, false);
        router.credits().forget(new ConversationId(context, handle, 0));
      }
    } catch (DeadException gone) {
      // then nobody waits for the end
    } finally {
      order.unlock();
    }
  }

  @Override
  public String toString() {
    return "sender to " + receiver;
  }
}
