package org.mitogen4j.internal.context;

import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Sends messages that the kernel can't send because they are long or for this context itself, and
 * hands messages for this context to their handlers.
 */
public final class MessageDelivery {
  /** The most bytes of a message for {@link #sendNow}. */
  public static final int MOST_NOW = Limits.LONG_WINDOW;

  private final ContextRuntime context;
  private final MessageRouter router;
  private final Routing routing;

  MessageDelivery(ContextRuntime context) {
    this.context = context;
    router = context.router;
    routing = context.routing;
  }

  /** Throws an IllegalArgumentException for a message that is larger than the limit. */
  public void checkSize(int dst, long size) {
    if (size > context.limit) {
      throw new IllegalArgumentException(
          "a message of "
              + size
              + " bytes to context "
              + dst
              + ", the limit is "
              + context.limit
              + ": send it in parts, or raise the router's message limit");
    }
  }

  /** Sends a message to any context. Waits for room and, if the message is long, for credit. */
  void send(int dst, long handle, long replyTo, Encoder e, int flags) {
    long size = FragmentedSend.size(e);
    checkSize(dst, size);
    if (dst == router.id) {
      if (router.closed && replyTo != 0) { // nobody is left to answer
        throw new DeadException(context.disconnects.cause(dst));
      }
      deliver(new Message(null, dst, dst, handle, replyTo, flags, FragmentedSend.copy(e)));
      return;
    }
    Link link = routing.way(dst);
    if (link == null) {
      throw new DeadException(context.disconnects.cause(dst));
    }
    if (e.borrowed == null && size <= Header.MAX_PAYLOAD) {
      router.send(dst, handle, replyTo, e, flags, true);
    } else {
      new FragmentedSend(context, link, dst, handle, replyTo, flags, true).send(e);
    }
  }

  /**
   * Sends an answer of up to {@link #MOST_NOW} bytes to another context. Waits neither for room nor
   * for credit.
   *
   * @throws DeadException when the receiver can't be reached
   */
  public void sendNow(int dst, long handle, Encoder e) {
    Link link = routing.way(dst);
    if (link == null) {
      throw new DeadException(context.disconnects.cause(dst));
    }
    if (e.borrowed == null && FragmentedSend.size(e) <= Header.MAX_PAYLOAD) {
      router.send(dst, handle, 0, e, 0, false);
    } else {
      new FragmentedSend(context, link, dst, handle, 0, 0, false).send(e);
    }
  }

  /** Hands a message for this context to its handler, if its sender may send it there. */
  void deliver(Message m) {
    Handler handler = router.handlers.get(m.handle);
    assert !Thread.holdsLock(context.reassembly) : "what receives a message may take any lock";
    if (handler != null && handler.accepts(router, m)) {
      handler.receive(m);
    } else {
      reject(m, handler);
    }
  }

  private void reject(Message m, Handler handler) {
    if (handler != null && m.dead() && routing.mayReport(m, handler.peer())) {
      handler.receive(m);
    } else if (handler == null && m.handle == Handle.SERVICE) {
      routing.dead(m.from, m.src, m.replyTo, refusal(router.name + " runs no services"));
    } else if (handler != null || (m.handle < Handle.FIRST_FREE && !m.dead())) {
      String why =
          "context " + m.src + ", acting for " + m.auth + ", may not use handle " + m.handle;
      routing.refuse(m.from, why);
      routing.dead(m.from, m.src, m.replyTo, refusal("refused: " + why));
    } else if (!m.dead()) {
      EndCause nothing = refusal(router.name + " has nothing at handle " + m.handle);
      if ((m.flags & Header.BULK) == 0) {
        routing.dead(m.from, m.src, m.replyTo, nothing);
      } else { // an item: its receiver may already have told the sender why it takes no more items
        routing.deadBehindItems(m.from, m.src, m.replyTo, nothing);
      }
    }
  }

  private static EndCause refusal(String why) {
    return new EndCause(EndCause.REFUSED, why);
  }
}
