package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.ReceiveQueue;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/**
 * Receives items that other contexts send by its {@link Sender}s. Made by {@link Router#receiver}.
 *
 * <p>Each {@link #sender} is to be given to one context. The items of one sender arrive in the
 * order in which they were sent; those of several senders mix. When a context that uses a sender is
 * gone, a {@link DisconnectedException} that names the context and the cause follows its last item.
 * Iteration ends when all senders have ended, each by being closed or with its context; a receiver
 * that never had a sender waits for one.
 *
 * <p>Items that wait to be taken are bounded: 256 KiB for each sender and context, and one item. A
 * context that sends more breaks the protocol, and is disconnected. Items are read (decoded) by the
 * thread that takes them. An item that can't be read is a failed reply. Any thread may use a
 * receiver, and several may take items from one.
 *
 * <p>A receiver can be sent to another context, as an argument, a result or an item, and is to be
 * used there from then on: items, failures and the end are passed on in their order, at the pace of
 * its reader there. In the first context it can still be closed, and give senders; its methods that
 * take items throw an {@link IllegalStateException}. Closing it at either end ends it at both. When
 * the context that it was sent to is gone, or the call that took it there fails, it is closed. When
 * the context that it came from is gone, its reader gets a {@link DisconnectedException} that names
 * that context in place of the remaining items. It can be sent on from there. A reply names the
 * context that sent the item if that can be verified, otherwise the context that passed it on.
 *
 * @param <T> the items. Each taken item is cast to it unchecked: {@link Router#receiver(Class)} has
 *     them checked
 */
public final class Receiver<T extends @Nullable Object> implements Iterable<T>, AutoCloseable {
  static final String CLOSED = "the receiver is closed";
  private static final long FOREVER = ReceiveQueue.FOREVER;

  final Router router;
  final Policy policy;
  final ReceiveQueue items;

  /** The contexts that sent something, or were given a sender. */
  final Map<Integer, Context> senders = new ConcurrentHashMap<>();

  /** The failures of calls that took senders along, by the dead messages that stand for them. */
  final Map<Message, RuntimeException> failures =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** The type that each item must have; null for any. */
  final Class<T> type;

  final ReceiverLocation location;

  /** Tells the select that this receiver is in that there may be an item; set under items. */
  volatile Runnable listener;

  /** For each sender that has not ended, by its handle: tells it why no more items are taken. */
  @GuardedBy("items")
  private final Map<Long, Consumer<String>> ports = new HashMap<>();

  @GuardedBy("items")
  boolean hadSender;

  @GuardedBy("items")
  private boolean closed;

  /**
   * @param type null for any
   */
  Receiver(Router router, Class<T> type, Policy policy) {
    this.router = router;
    this.type = type;
    this.policy = policy;
    items = new Items();
    location = new ReceiverLocation(this, null);
  }

  /** The copy of a receiver that another context has sent here. */
  Receiver(Router router, Class<T> type, Policy policy, Context owner, long handle) {
    this.router = router;
    this.type = type;
    this.policy = policy;
    items = new Items();
    location = new ReceiverLocation(this, new RemoteReceiverSource(this, owner, handle));
  }

  private final class Items extends ReceiveQueue {
    Items() {
      super(router.runtime(), ANYBODY);
    }

    @Override
    protected void arrived() {
      Runnable told = listener;
      if (told != null) {
        told.run();
      }
      location.arrived();
    }

    @SuppressWarnings("GuardedBy") // this is items, and locked
    @Override
    protected boolean ended() {
      return over();
    }

    @SuppressWarnings("GuardedBy") // this is items, and locked
    @Override
    protected boolean released() {
      return over() || !location.isHere();
    }

    @Override
    protected Message pick(Queue<Message> waiting) {
      return location.isHere() ? waiting.poll() : null;
    }
  }

  @GuardedBy("items")
  private boolean over() {
    return closed || (hadSender && ports.isEmpty() && !location.isUnopened());
  }

  /**
   * A new sender to this receiver. The receiver ends when all of them have: give each to one
   * context, which closes it. Does not block.
   *
   * @return a sender of its own
   * @throws ClosedException when the receiver is closed
   */
  public Sender<T> sender() {
    synchronized (items) {
      if (closed) {
        throw new ClosedException(CLOSED);
      } else if (!location.mayHaveSenders()) {
        throw location.elsewhere();
      }
      long handle = router.newHandle();
      SenderPort port = new SenderPort(this, handle);
      ports.put(handle, port::close);
      hadSender = true;
      router.core().handlers.put(handle, port);
      return new Sender<>(router.self(), handle);
    }
  }

  private Context context(Message m) {
    Context context = senders.get(m.src);
    return context == null ? router.context(m.src) : context;
  }

  private RuntimeException failure(Message m) {
    RuntimeException failure = failures.remove(m);
    return failure == null
        ? DisconnectedException.of(context(m), MessageSender.reason(m))
        : failure;
  }

  /**
   * Waits for the next item or failure.
   *
   * @param nanos how long to wait at most
   * @return null when there is none within that time, or none will come
   */
  ReceivedItem take(long nanos) {
    location.open();
    long until = nanos == FOREVER ? 0 : System.nanoTime() + nanos;
    try {
      for (; ; ) {
        long left = nanos == FOREVER ? FOREVER : Math.max(0, until - System.nanoTime());
        Message m = items.next(left);
        if (m == null) {
          if (!location.isHere()) {
            throw location.elsewhere();
          }
          return null;
        }
        ReceivedItem item = item(m);
        if (item != null) {
          return item;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MitogenException("interrupted while waiting for an item", e);
    }
  }

  /** The item or failure in a message; null for one that only says that a sender has ended. */
  private ReceivedItem item(Message m) {
    if (m.dead() && (m.flags & Header.MORE) == 0) {
      end(m.handle);
    }
    if (location.isPassedOn(m)) {
      return location.item(m);
    } else if (!m.dead()) {
      return new ReceivedItem(context(m), m);
    }
    return m.size > 0 ? new ReceivedItem(context(m), failure(m)) : null;
  }

  /** A sender has ended. */
  private void end(long handle) {
    Consumer<String> port;
    synchronized (items) {
      port = ports.remove(handle);
      items.wake();
    }
    if (port != null) {
      port.accept(CLOSED);
    }
  }

  /**
   * The next item, after waiting for it, however long that takes.
   *
   * @return the item, which may be null
   * @throws ClosedException when all senders have ended, or this is closed
   * @throws DisconnectedException when a context that had a sender is gone, in place of its further
   *     items; the items of others can still be taken
   * @throws MitogenException when an item can't be read, or the thread is interrupted, which it
   *     still is then
   * @throws IllegalStateException when this was sent to another context
   */
  public T get() {
    ReceivedItem next = take(FOREVER);
    if (next == null) {
      throw new ClosedException(
          router.isClosed()
              ? "the router is closed"
              : closed() ? CLOSED : "all senders of the receiver have ended");
    }
    return next.value(type);
  }

  /**
   * The next item or failure, with the context that it comes from, after waiting for it.
   *
   * @param time how long to wait at most; zero or less to return at once
   * @return null when there is none in that time, or when none will come any more; {@link #isEnded}
   *     tells which
   * @throws MitogenException when the thread is interrupted, which it still is then
   * @throws IllegalStateException when this was sent to another context
   */
  public @Nullable Reply<T> poll(Duration time) {
    ReceivedItem next = take(Timeouts.of(time));
    return next == null ? null : next.reply(type);
  }

  /** The number of items that have come and are not taken yet. */
  int waiting() {
    return items.size();
  }

  private boolean closed() {
    synchronized (items) {
      return closed;
    }
  }

  /** Whether all items were taken and none will come any more. Does not block. */
  public boolean isEnded() {
    synchronized (items) {
      return over() && items.isEmpty();
    }
  }

  /**
   * Waits for each next item; ends when all senders have ended, or this is closed.
   *
   * <p>When a context that had a sender is gone, {@code next} throws a {@link
   * DisconnectedException} in place of its further items, so that an incomplete sequence is not
   * taken for a complete one. The iterator can be used further. {@link #replies} gives failures as
   * replies.
   *
   * @return an iterator that takes the items: each is given to one iterator only
   */
  @Override
  public Iterator<T> iterator() {
    return new Taken<>(a -> a.value(type));
  }

  /**
   * As {@link #iterator}, with the context of each item, and with failures in place of items.
   *
   * @return a view whose iterators take the items
   */
  public Iterable<Reply<T>> replies() {
    return () -> new Taken<>(a -> a.reply(type));
  }

  private final class Taken<E> implements Iterator<E> {
    private final Function<ReceivedItem, E> read;
    private ReceivedItem ahead;

    Taken(Function<ReceivedItem, E> read) {
      this.read = read;
    }

    @Override
    public boolean hasNext() {
      if (ahead == null) {
        ahead = take(FOREVER);
      }
      return ahead != null;
    }

    @Override
    public E next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all senders of the receiver have ended");
      }
      ReceivedItem next = ahead;
      ahead = null;
      return read.apply(next);
    }
  }

  /**
   * Sets the select that is told when there may be an item.
   *
   * @param select runs on any thread and must not block; null for none
   */
  void tell(Runnable select) {
    synchronized (items) {
      if (select != null && listener != null) {
        throw new IllegalStateException("the receiver is in a select already");
      }
      listener = select;
    }
  }

  /** The address at which the context that this is sent to asks for the items. */
  ReceiverLocation.Address address() {
    synchronized (items) {
      if (listener != null) {
        throw new IllegalArgumentException("this receiver is in a select here");
      }
      return location.address(hadSender);
    }
  }

  /** Notes that another context takes the items from now on; false when that was known already. */
  boolean move(Context there) {
    synchronized (items) {
      boolean moves = location.move(there);
      if (moves) {
        items.wake();
      }
      return moves;
    }
  }

  /** This as one of the sources of a select. */
  SelectSource<T> source() {
    if (!location.isHere()) {
      throw location.elsewhere();
    }
    return new ReceiverSource<>(this);
  }

  /**
   * Ends it: senders are told, items that were not taken are dropped, threads that wait for one are
   * woken. Does not wait. Closing it again does nothing.
   */
  @Override
  public void close() {
    close(CLOSED);
    location.closed(CLOSED);
  }

  void close(String why) {
    end(why);
    items.clear();
  }

  /** Ends this receiver: senders and waiting threads are told; items that are here stay. */
  void end(String why) {
    Map<Long, Consumer<String>> rest;
    Runnable told;
    synchronized (items) {
      closed = true;
      rest = new HashMap<>(ports);
      ports.clear();
      items.wake();
      told = listener;
    }
    rest.values().forEach(port -> port.accept(why));
    if (told != null) {
      told.run();
    }
    location.ended(why);
  }

  /** Items come in at a handle of {@link RemoteReceiverSource}, as at that of a sender. */
  void expect(long handle, RemoteReceiverSource from) {
    synchronized (items) {
      ports.put(handle, from::close);
      hadSender = true;
    }
  }
}
