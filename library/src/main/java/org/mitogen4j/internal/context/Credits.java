package org.mitogen4j.internal.context;

import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The credit that other contexts gave this one, and the credit that it still has to give them. For
 * each handle whose messages are answered with credit, each sending context has a window.
 */
public final class Credits extends Handler {
  /** Bytes that a sender may send to one handle without further credit. */
  public static final int WINDOW = Limits.WINDOW;

  /** Stands for the reply-to of long calls: they have a window of their own. */
  private static final long LONG = -2;

  private final ContextRuntime context;
  private final MessageRouter router;
  private final Map<ConversationId, Credit> credits = new ConcurrentHashMap<>();

  /** Bytes that were consumed and for which the sender has not got credit yet. */
  final Map<ConversationId, long[]> owed = new ConcurrentHashMap<>();

  Credits(ContextRuntime context) {
    this.context = context;
    router = context.router;
    peer = ANYBODY; // a context can give credit only for messages to itself
  }

  /** The cost of a message in credit: its bytes, and 64 for the objects around them. */
  public static long cost(long size) {
    return size + 64;
  }

  /**
   * The window of a message; long calls have their own, so that short ones do not wait for them.
   */
  private static ConversationId key(int context, long handle, long size) {
    boolean alone = handle == Handle.CALL && size > Header.MAX_PAYLOAD;
    return new ConversationId(context, handle, alone ? LONG : 0);
  }

  /** The credit of a conversation, made with {@code initial} bytes if there is none. */
  public Credit of(ConversationId key, int initial) {
    Credit credit = credits.get(key);
    if (credit == null) {
      Credit old = credits.putIfAbsent(key, credit = new Credit(initial));
      credit = old == null ? credit : old;
    }
    return credit;
  }

  /**
   * The credit for messages to a handle that has a window of {@link #WINDOW} bytes.
   *
   * @throws DeadException when there is no way to the context
   */
  public Credit of(int dst, long handle) {
    return of(dst, handle, 0);
  }

  /** As {@link #of(int, long)}, for a message of the given size: long calls have another window. */
  public Credit of(int dst, long handle, long size) {
    if (dst != router.id && context.routing.way(dst) == null) {
      throw new DeadException(context.disconnects.cause(dst));
    }
    ConversationId key = key(dst, handle, size);
    Credit credit = of(key, WINDOW);
    if (dst != router.id && context.routing.way(dst) == null) {
      forget(key); // the context ended meanwhile, after its credits were removed
    }
    return credit;
  }

  public void forget(ConversationId key) {
    credits.remove(key);
  }

  /** Ends a credit: threads that wait for it get the cause. */
  public void kill(ConversationId key, EndCause cause) {
    Credit credit = credits.remove(key);
    if (credit != null) {
      credit.kill(cause);
    }
  }

  /** A message has left its queue: gives its sender credit, once a quarter of a window is owed. */
  public void consumed(Message message) {
    if (isGone(message)) {
      return;
    }
    ConversationId key = key(message.src, message.handle, message.size);
    long[] sum = owed.get(key);
    if (sum == null) {
      long[] old = owed.putIfAbsent(key, sum = new long[1]);
      sum = old == null ? sum : old;
    }
    long give = 0;
    synchronized (sum) {
      sum[0] += cost(message.size);
      if (sum[0] >= WINDOW / 4) {
        give = sum[0];
        sum[0] = 0;
      }
    }
    if (give > 0) {
      give(key, give);
    }
    if (isGone(message) || !router.handlers.containsKey(message.handle)) {
      owed.remove(
          key); // the sender or the handle has gone meanwhile, after its entries were removed
    }
  }

  /** Whether the sender of a message is gone: a message may be taken long after that. */
  private boolean isGone(Message message) {
    Link from = message.from;
    if (from == null) {
      return false;
    }
    return from == router.parent
        ? from.dead() != null || context.disconnects.isGone(message.src)
        : context.routing.routes.get(message.src) != from;
  }

  /** A handle is closed: no credit is owed to its senders any more. */
  public void closed(long handle) {
    owed.keySet().removeIf(key -> key.handle == handle);
  }

  /**
   * Gives a sender credit. Does not block.
   *
   * @param bytes 0 to give none: then the message only makes the sender's routers note that this
   *     context talks to it, so that this context is told of its end
   */
  public void give(ConversationId to, long bytes) {
    if (to.context == router.id) {
      Credit own = credits.get(to);
      if (own != null) {
        own.give(bytes);
      }
      return;
    }
    Encoder e = new Encoder(router, true);
    e.i64(to.handle);
    e.i64(to.replyTo);
    e.varint(bytes);
    try {
      router.send(to.context, Handle.CREDIT, 0, e, 0, false);
    } catch (DeadException gone) {
      // then it sends no more
    }
  }

  @Override
  public void receive(Message m) {
    Decoder d = new Decoder(router, m);
    Credit credit = credits.get(new ConversationId(m.src, d.i64(), d.i64()));
    if (credit != null) {
      credit.give(d.varint() & Integer.MAX_VALUE);
    }
  }

  /** The contexts to which this one has sent something that is answered with credit. */
  Set<Integer> receivers() {
    Set<Integer> ids = new HashSet<>();
    for (ConversationId key : credits.keySet()) {
      ids.add(key.context);
    }
    return ids;
  }

  void gone(Collection<Integer> contexts) {
    for (Iterator<Map.Entry<ConversationId, Credit>> i = credits.entrySet().iterator();
        i.hasNext(); ) {
      Map.Entry<ConversationId, Credit> e = i.next();
      if (contexts.contains(e.getKey().context)) {
        e.getValue().kill(context.disconnects.cause(e.getKey().context));
        i.remove();
      }
    }
    owed.keySet().removeIf(key -> contexts.contains(key.context));
  }
}
