package org.mitogen4j;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.mitogen4j.context.Inbox;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.Message;

/**
 * Takes items that other contexts send by its {@link Sender}s. Made by {@link Router#receiver}.
 *
 * <p>Each {@link #sender} is to be given to one context. The items of one arrive in the order in
 * which they were sent; those of several mix. When a context that uses a sender is gone, its reply
 * is a {@link DisconnectedException} that names the context and the cause, behind its last item.
 * Iteration ends when all senders have ended, each by being closed or with its context; a receiver
 * that never had a sender waits for one.
 *
 * <p>What was sent and not taken is bounded: 256 KiB for each sender and context, and one item. Who
 * sends more is not one of ours, and loses its link. Items are read (decoded) by the thread that
 * takes them. An item that can't be read is a failed reply. Any thread may use a receiver, and
 * several may take items from one.
 *
 * @param <T> the items. Each taken item is cast to it unchecked: {@link Router#receiver(Class)} has
 *     them checked
 */
public final class Receiver<T> implements Iterable<T>, AutoCloseable {
  private static final long FOREVER = Inbox.FOREVER;

  final Router router;
  final Policy policy;
  final Inbox items;

  /** The contexts that sent something, or were given a sender. */
  final Map<Integer, Context> senders = new ConcurrentHashMap<>();

  /** What ends in the inbox stand for that are no deaths. */
  final Map<Message, RuntimeException> failures =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private final Class<T> type;

  // guarded by items

  /** Senders that have not ended. */
  private final Map<Long, Share> shares = new HashMap<>();

  private boolean hadSender;
  private boolean closed;

  private volatile Runnable listener;

  /**
   * @param type null for any
   */
  Receiver(Router router, Class<T> type, Policy policy) {
    this.router = router;
    this.type = type;
    this.policy = policy;
    items = new Items();
  }

  private final class Items extends Inbox {
    Items() {
      super(router.full(), ANYBODY);
    }

    @Override
    protected void arrived() {
      Runnable told = listener;
      if (told != null) {
        told.run();
      }
    }

    @Override
    protected boolean ended() {
      return over();
    }
  }

  private boolean over() { // items is held
    return closed || hadSender && shares.isEmpty();
  }

  /**
   * A new sender to this receiver. The receiver ends when all of them have: give each to one
   * context, which closes it.
   *
   * @throws ClosedException when the receiver is closed
   */
  public Sender<T> sender() {
    synchronized (items) {
      if (closed) {
        throw new ClosedException("the receiver is closed");
      }
      long handle = router.newHandle();
      Share share = new Share(this, handle);
      shares.put(handle, share);
      hadSender = true;
      router.core().handlers.put(handle, share);
      return new Sender<>(router.self(), handle);
    }
  }

  private Reply<T> reply(Message m) {
    Context context = context(m);
    if (m.dead()) {
      return Reply.failed(context, failure(m));
    }
    try {
      return Reply.of(context, item(m));
    } catch (RuntimeException e) {
      return Reply.failed(context, unreadable(context, e));
    }
  }

  private Context context(Message m) {
    Context context = senders.get(m.src);
    return context == null ? router.context(m.src) : context;
  }

  private RuntimeException failure(Message m) {
    RuntimeException failure = failures.remove(m);
    return failure == null ? DisconnectedException.of(context(m), Delivery.reason(m)) : failure;
  }

  @SuppressWarnings("unchecked") // as documented
  private T item(Message m) {
    Decoder d = new Decoder(router.core(), m);
    d.expected = type;
    Object item = d.value();
    if (type != null && item != null && !type.isInstance(item)) {
      throw new IllegalArgumentException(
          "an item of type " + item.getClass().getName() + ", expected " + type.getName());
    }
    return (T) item;
  }

  private static MitogenException unreadable(Context context, RuntimeException e) {
    return new MitogenException("can't read an item from " + context + ": " + e.getMessage(), e);
  }

  /** The next item or failure; null when there is none within so long, or none will come. */
  private Message take(long nanos) {
    long until = nanos == FOREVER ? 0 : System.nanoTime() + nanos;
    try {
      for (; ; ) {
        long left = nanos == FOREVER ? FOREVER : Math.max(0, until - System.nanoTime());
        Message m = items.next(left);
        if (m == null || !m.dead()) {
          return m;
        }
        if ((m.flags & Header.MORE) == 0) {
          end(m.handle);
        }
        if (m.size > 0) {
          return m;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MitogenException("interrupted while waiting for an item", e);
    }
  }

  /** A sender has ended. */
  private void end(long handle) {
    Share share;
    synchronized (items) {
      share = shares.remove(handle);
      items.notifyAll();
    }
    if (share != null) {
      share.close();
    }
  }

  /**
   * The next item, after waiting for it.
   *
   * @throws ClosedException when all senders have ended, or this is closed
   * @throws DisconnectedException in place of what a context would have sent that is gone; the
   *     items of others can still be taken
   * @throws MitogenException when an item can't be read, or the thread is interrupted
   */
  public T get() {
    Message m = take(FOREVER);
    if (m == null) {
      throw new ClosedException(
          router.isClosed()
              ? "the router is closed"
              : closed() ? "the receiver is closed" : "all senders of the receiver have ended");
    }
    return value(m);
  }

  private T value(Message m) {
    if (m.dead()) {
      throw failure(m);
    }
    try {
      return item(m);
    } catch (RuntimeException e) {
      throw unreadable(context(m), e);
    }
  }

  /**
   * The next item, or the failure of a context, with the context that it comes from. Null when
   * there is none within so long, or none will come at all.
   *
   * @throws MitogenException when the thread is interrupted
   */
  public Reply<T> poll(Duration time) {
    Message m = take(Nanos.of(time));
    return m == null ? null : reply(m);
  }

  private boolean closed() {
    synchronized (items) {
      return closed;
    }
  }

  /** Whether nothing will come any more. */
  public boolean isEnded() {
    synchronized (items) {
      return over() && items.isEmpty();
    }
  }

  /**
   * Waits for each next item; ends when all senders have ended, or this is closed.
   *
   * <p>{@code next} throws a {@link DisconnectedException} in place of what a context would have
   * sent that is gone, and so does not take a torn stream for a whole one. The iterator can be used
   * on. {@link #replies} gives failures as replies.
   */
  @Override
  public Iterator<T> iterator() {
    return new Taken<>(this::value);
  }

  /**
   * As {@link #iterator}, with the context of each item, and with failures in the place of items.
   */
  public Iterable<Reply<T>> replies() {
    return () -> new Taken<>(this::reply);
  }

  private final class Taken<E> implements Iterator<E> {
    private final Function<Message, E> read;
    private Message ahead;

    Taken(Function<Message, E> read) {
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
      Message m = ahead;
      ahead = null;
      return read.apply(m);
    }
  }

  /** This as one of the sources of a select. */
  Source<T> source() {
    return new Source<T>() {
      private boolean expired;

      @Override
      void listen(Runnable told) {
        synchronized (items) {
          if (listener != null) {
            throw new IllegalStateException("the receiver is in a select already");
          }
          listener = told;
        }
        told.run();
      }

      @Override
      Reply<T> poll() {
        return Receiver.this.poll(Duration.ZERO);
      }

      @Override
      boolean ended() {
        synchronized (items) {
          return items.isEmpty() && (expired || over());
        }
      }

      @Override
      void expire(String why) {
        Runnable told;
        synchronized (items) {
          expired = true;
          told = listener;
        }
        told.run();
      }

      @Override
      void close() {
        synchronized (items) {
          listener = null;
        }
      }
    };
  }

  /** Ends it: senders are told, items that were not taken are dropped. */
  @Override
  public void close() {
    end();
    items.clear();
  }

  /** Nothing more comes. */
  void end() {
    Map<Long, Share> rest;
    Runnable told;
    synchronized (items) {
      closed = true;
      rest = new HashMap<>(shares);
      shares.clear();
      items.notifyAll();
      told = listener;
    }
    rest.values().forEach(Share::close);
    if (told != null) {
      told.run();
    }
  }
}
