package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * A connection between two contexts: a {@link Receiver} and a {@link Sender} on both sides. {@link
 * Router#channel} makes one, whose {@link #other} end is to be sent to one context and used there.
 * Each direction has the order, the bound and the failures of a sender and its receiver.
 *
 * <p>The other end answers when it is first used: until then {@code send} waits at this one.
 * Closing either end closes both directions: iteration ends at the other end behind what was sent
 * to it, sending throws a {@link ClosedException}. Any thread may use it.
 *
 * @param <I> what comes in at this end
 * @param <O> what goes out
 */
public final class Channel<I extends @Nullable Object, O extends @Nullable Object>
    implements Iterable<I>, AutoCloseable {
  private final Router router;

  /** Null at the end that was sent to another context, until it is used. */
  @GuardedBy("this")
  private Receiver<I> in;

  @GuardedBy("this")
  private Sender<O> out;

  /** At the first end: receives the sender to the other end. Null at the other end. */
  private final Receiver<Sender<O>> hello;

  /** At the other end: sends the first end the sender to this one. Null at the first end. */
  private final Sender<Sender<I>> greeting;

  private final Channel<O, I> other;

  /**
   * Makes the first end, and the other.
   *
   * @param type what comes in here; null for anything
   */
  Channel(Router router, @Nullable Class<I> type) {
    this.router = router;
    in = type == null ? router.receiver() : router.receiver(type);
    hello = greetings(router);
    greeting = null;
    other = new Channel<>(router, in.sender(), hello.sender());
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // what it sends is checked where it arrives
  private static <T> Receiver<Sender<T>> greetings(Router router) {
    return (Receiver) router.receiver(Sender.class);
  }

  /** Makes the other end: before it is sent, and again where it arrives. */
  Channel(Router router, Sender<O> out, Sender<Sender<I>> greeting) {
    this.router = router;
    this.out = out;
    this.greeting = greeting;
    hello = null;
    other = null;
  }

  /**
   * The end to be sent to another context. Does not block.
   *
   * @return always the same
   * @throws IllegalStateException when this is that end
   */
  public Channel<O, I> other() {
    if (other == null) {
      throw new IllegalStateException("this is the end that was sent here");
    }
    return other;
  }

  private synchronized Receiver<I> in() {
    if (in == null) {
      Receiver<I> opened = router.receiver();
      Sender<I> mine = opened.sender();
      SenderPort port = (SenderPort) router.core().handlers.get(mine.handle());
      Context first = greeting.context();
      port.sentTo(first);
      greeting.send(mine);
      // behind all that comes from there: it was closed, perhaps before it was greeted
      greeting.whenEnded(() -> port.ended(first.id()));
      in = opened;
    }
    return in;
  }

  private Sender<O> out() {
    if (hello == null) {
      in();
    }
    synchronized (this) {
      if (out != null) {
        return out;
      }
    }
    Reply<Sender<O>> came;
    synchronized (hello) { // one waits, the others for it
      synchronized (this) {
        if (out != null) {
          return out;
        }
      }
      came = Reply.of(router.self(), hello.get());
    }
    synchronized (this) {
      out = came.get();
      return out;
    }
  }

  /**
   * Sends an item to the other end; blocks as {@link Sender#send} does, and until the other end is
   * first used.
   *
   * @param item sent by value
   * @throws ClosedException when the channel is closed
   * @throws DisconnectedException when the context of the other end is gone
   */
  public void send(O item) {
    out().send(item);
  }

  /**
   * The next item from the other end, after waiting for it; see {@link Receiver#get}.
   *
   * @throws ClosedException when the channel is closed, behind the last item
   * @throws DisconnectedException when the context of the other end is gone
   */
  public I get() {
    return in().get();
  }

  /**
   * The next item or failure, after waiting for it; see {@link Receiver#poll}.
   *
   * @param time how long to wait at most; zero or less for not at all
   * @return null when none comes in that time, or none will come at all
   */
  public @Nullable Reply<I> poll(Duration time) {
    return in().poll(time);
  }

  /** Waits for each next item; see {@link Receiver#iterator}. */
  @Override
  public Iterator<I> iterator() {
    return in().iterator();
  }

  /**
   * Whether the other end is open, as far as is known here. Blocks until the other end is first
   * used.
   */
  public boolean isOpen() {
    try {
      return out().isOpen();
    } catch (ClosedException | DisconnectedException e) {
      return false;
    }
  }

  /** Closes both directions. Does not wait. Closing it again does nothing. */
  @Override
  public void close() {
    Receiver<I> receiver;
    Sender<O> sender;
    synchronized (this) {
      receiver = in;
      sender = out;
    }
    if (sender != null) {
      sender.close();
    }
    if (receiver != null) {
      receiver.close();
    }
    if (hello != null) {
      hello.close();
    } else {
      greeting.close();
    }
  }

  void write(Encoder to) {
    Sender<O> sender;
    synchronized (this) {
      if (other != null || in != null) {
        throw new IllegalArgumentException(
            "this end of a channel is in use here: send other(), and use it there only");
      }
      sender = out;
    }
    to.value(sender);
    to.value(greeting);
  }
}
