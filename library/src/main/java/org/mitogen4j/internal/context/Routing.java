package org.mitogen4j.internal.context;

import java.util.Collections;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.Resource;
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
 * Passes messages on between links, and checks the source of each against the link that it came in
 * by.
 *
 * <p>{@link #accept} runs on reading threads: it holds no lock, does not block, and runs no code of
 * the program.
 */
public final class Routing {
  private final ContextRuntime context;
  private final MessageRouter router;

  /** Whether contexts may send only to contexts above and below them. */
  public final boolean unidirectional;

  /** The way to each context below this one. */
  public final Routes routes = new Routes();

  Routing(ContextRuntime context, boolean unidirectional) {
    this.context = context;
    this.unidirectional = unidirectional;
    router = context.router;
    router.handlers.put(Handle.PLAN_ROUTE, new Plan());
  }

  // ---- the tree

  /**
   * The link that leads to a context: the parent's for contexts not below; null if there is none.
   */
  public Link way(int dst) {
    Link link = routes.get(dst);
    return link == null ? router.parent : link;
  }

  /** Whether a context is a child of another below this one, or a child's child, and so on. */
  public boolean isBelow(int descendant, int ancestor) {
    int up = routes.parent(descendant);
    for (int depth = 0; up >= 0 && depth < Limits.DEPTH; depth++) {
      if (up == ancestor) {
        return true;
      }
      up = routes.parent(up);
    }
    return false;
  }

  /**
   * Whether a context may be where a child says: below that child, at its planned parent if it was
   * planned, neither below itself nor too deep.
   */
  public boolean fits(Link child, int id, int parent) {
    int planned = routes.parent(id);
    if (planned >= 0 && planned != parent) {
      return false;
    }
    if (id == child.peer) {
      return parent == router.id;
    }
    int up = parent;
    for (int depth = router.parents.length; up >= 0 && up != id && depth < Limits.DEPTH; depth++) {
      if (up == child.peer) {
        return true;
      }
      up = routes.parent(up);
    }
    return false;
  }

  /** Adds the route to a context that is going to be started below this one. */
  public void plan(int child, int parent, Link link) {
    routes.put(child, parent, link);
    context.heartbeat.often();
  }

  // ---- messages that come in

  void accept(Link in, byte[] b, int at, int length) {
    int dst = Header.getInt(b, at + Header.DST);
    int src = Header.getInt(b, at + Header.SRC);
    int auth = Header.getInt(b, at + Header.AUTH);
    boolean fromParent = in == router.parent;
    if (!fromParent && (routes.get(src) != in || !(auth == src || mayActFor(in, auth)))) {
      if (!context.disconnects.isGone(src)) { // else it was on its way when the context ended
        refuse(in, "it names " + src + " as its source and acts for " + auth);
      }
    } else if (!fromParent && !mayReply(Header.getLong(b, at + Header.REPLY_TO))) {
      refuse(in, "it wants an answer at a handle of the library");
    } else if (dst != router.id) {
      overhear(in, src, b, at, length);
      pass(in, fromParent, dst, b, at, length);
    } else if (unidirectional && fromParent && !mayTalk(src, auth)) {
      refuse(in, "contexts talk to their parents only here, and it came from " + src);
    } else {
      try {
        overhear(in, src, b, at, length);
        receive(in, b, at, length);
      } catch (RuntimeException e) {
        if (fromParent ? router.isParent(auth) : src == in.peer) {
          throw e; // ends the link
        }
        context.reassembly.gone(src);
        String why = "bad data from context " + src + ": " + e.getMessage();
        context.disconnects.cut(in, src, new EndCause(EndCause.PROTOCOL_ERROR, why));
      }
    }
  }

  /**
   * Passes the last lines that a direct child prints to System.err, and its JVM's crash report, to
   * {@link LastWords}: they may say why the child ends.
   */
  private void overhear(Link in, int src, byte[] b, int at, int length) {
    int text = at + Header.SIZE + 1;
    if (Header.getLong(b, at + Header.HANDLE) == Handle.OUTPUT
        && src == in.peer
        && in != router.parent
        && length > Header.SIZE + 1
        && (b[text - 1] == OutputForwarder.STDERR || b[text - 1] == OutputForwarder.CRASH)) {
      LastWords heard = context.lastWords;
      boolean crash = b[text - 1] == OutputForwarder.CRASH;
      long speaker = 0; // the context that printed: a child also sends stderr of its own children
      for (int shift = 0; text < at + length && shift < 35; shift += 7) {
        speaker |= (long) (b[text] & 127) << shift;
        if (b[text++] >= 0) {
          break;
        }
      }
      if (heard != null && speaker == src) {
        heard.printed(src, crash, b, text, at + length - text);
      }
    }
  }

  /** Is told what direct children print to System.err, and crash reports; on reading threads. */
  public interface LastWords {
    /**
     * Takes some lines. It must copy them: the array is used again.
     *
     * @param crash whether the child's JVM reports an error that ends it
     */
    void printed(int child, boolean crash, byte[] b, int off, int length);
  }

  private void receive(Link in, byte[] b, int at, int length) {
    Message whole =
        b[at + Header.FLAGS] == 0
            ? MessageRouter.message(in, b, at, length)
            : context.reassembly.add(in, b, at, length);
    if (whole != null) {
      context.delivery.deliver(whole);
    }
  }

  private boolean mayActFor(Link in, int auth) {
    return routes.get(auth) == in || (auth >= 0 && LinkState.of(context, in).authority == auth);
  }

  /** Whether a parent sent a message, or it acts for one; a guest acts for its parent itself. */
  private boolean mayTalk(int src, int auth) {
    return isAncestor(src) || isAncestor(auth) || router.authority != router.id;
  }

  /** Whether the context behind one of two links is a guest that acts for this context. */
  private boolean isOurs(Link in, Link out) {
    return LinkState.of(context, in).authority == router.id
        || LinkState.of(context, out).authority == router.id;
  }

  /**
   * Whether a child may await an answer at a handle. Handles of the library are refused: the answer
   * of a parent would look like an order of the parent.
   */
  private static boolean mayReply(long handle) {
    return handle == 0 || handle >= Handle.FIRST_FREE;
  }

  /** Lets messages that come in by a link act for a context that is not behind it. */
  public void lend(Link in, int authority) {
    LinkState.of(context, in).authority = authority;
  }

  private void pass(Link in, boolean fromParent, int dst, byte[] b, int at, int length) {
    Link out = routes.get(dst);
    if (out == null && !fromParent) {
      out = router.parent;
    }
    EndCause wrong;
    if (out == null || out == in) {
      wrong = context.disconnects.cause(dst);
      if (!fromParent
          && Header.getLong(b, at + Header.REPLY_TO) == 0
          && (b[at + Header.FLAGS] & Header.DEAD) == 0) {
        // the sender expects no answer that could tell it
        context.disconnects.tell(in, Collections.singletonList(dst), wrong);
      }
    } else if (unidirectional && !fromParent && out != router.parent && !isOurs(in, out)) {
      String why = "contexts talk to their parents only here, not to " + dst;
      wrong = new EndCause(EndCause.REFUSED, why);
      refuse(in, why);
    } else {
      long handle = Header.getLong(b, at + Header.HANDLE);
      int src = Header.getInt(b, at + Header.SRC);
      LinkState inState = LinkState.of(context, in);
      LinkState outState = LinkState.of(context, out);
      inState.talks(context, dst);
      Flow flow = outState.flow(in);
      int culprit = src;
      if ((fromParent && isAncestor(src))
          || (out != router.parent && flow.isInvited(b, at, length))) {
        flow = outState.own;
        culprit = dst;
      }
      if (!isKept(out, outState, flow, culprit, length)) {
        wrong = tooMuch(out);
      } else {
        try {
          if (!fromParent) {
            invites(inState, out, handle, b, at, length);
          }
          boolean leaves =
              handle == Handle.PUSH || handle == Handle.BLOCK || handle == Handle.PLAN_ROUTE;
          if (leaves
              && fromParent
              && isAncestor(Header.getInt(b, at + Header.AUTH))
              && context.classRelay.isWhole(
                  b[at + Header.FLAGS], new ConversationId(dst, handle, src))) {
            sendOn(out, dst, MessageRouter.message(in, b, at, length));
          } else {
            out.send(b, at, length, b, 0, 0, false);
          }
          return;
        } catch (DeadException e) {
          wrong = e.cause;
        }
      }
    }
    if ((b[at + Header.FLAGS] & Header.DEAD) == 0) {
      dead(in, Header.getInt(b, at + Header.SRC), Header.getLong(b, at + Header.REPLY_TO), wrong);
    }
  }

  /** Notes what a frame invites the other side to send back: an answer, or bytes of credit. */
  private static void invites(LinkState in, Link out, long handle, byte[] b, int at, int length) {
    long replyTo = Header.getLong(b, at + Header.REPLY_TO);
    if (replyTo != 0 && (b[at + Header.FLAGS] & (Header.MORE | Header.FIRST)) != Header.MORE) {
      in.flow(out).asked(Header.getInt(b, at + Header.SRC), replyTo);
    } else if (handle == Handle.CREDIT && length - Header.SIZE > 16) {
      long bytes = 0;
      for (int i = at + Header.SIZE + 16, shift = 0; i < at + length && shift < 63; shift += 7) {
        byte next = b[i++];
        bytes |= (next & 127L) << shift;
        if (next >= 0) {
          break;
        }
      }
      in.flow(out).given(bytes);
    }
  }

  /**
   * Whether a frame that the other end of a link asked for may be queued for it; else too much
   * waits for it already.
   *
   * @param reader the context that asked
   */
  public boolean isOverdrawn(Link out, int reader, int length) {
    LinkState state = LinkState.of(context, out);
    return !isKept(out, state, state.own, reader, length);
  }

  /**
   * Whether a frame may be queued; else too much waits because of the link to blame for it.
   *
   * @param flow what the frame is part of
   * @param culprit the context behind the link to blame that sent or asked for it
   */
  private boolean isKept(Link out, LinkState state, Flow flow, int culprit, int length) {
    int pending = out.pending();
    if (state.isStale(pending)) {
      state.measure(context.blame, pending);
    }
    if (pending < Limits.COUNTED) {
      return true;
    }
    if (!context.blame.charge(flow.from, Resource.WAITING, culprit, length)) {
      return out.dead() != null; // senders hear of the end of a dead link anyway
    }
    state.queued(flow, length);
    long most = context.blame.ofLink(Resource.WAITING);
    return pending < most / 4 * Limits.WAITING_FOR_LINK
        || isRoomFor(out, state, flow, most / Limits.FULL, length);
  }

  /** Whether a frame may be queued for a link for which more than its quota waits. */
  private boolean isRoomFor(Link out, LinkState state, Flow flow, long little, int length) {
    state.measure(context.blame, out.pending());
    Flow most = state.most();
    if (most.waiting < little || most == state.own) { // no sender has much: the link is slow
      context.blame.isBorne(out, Resource.WAITING, length);
      return false;
    }
    return context.blame.isBorne(most.from, Resource.WAITING, length) || most != flow;
  }

  private static EndCause tooMuch(Link out) {
    return new EndCause(EndCause.OVERLOAD, "too much waits for the link to context " + out.peer);
  }

  /** Handles a message of a parent that is noted in each context on its way, and passes it on. */
  private void sendOn(Link out, int dst, Message message) {
    if (message.handle == Handle.PLAN_ROUTE) {
      int child = (int) new Decoder(router, message).varint();
      plan(child, dst, out);
      sendPlan(child, dst);
    } else {
      context.classRelay.passOn(out, dst, message);
    }
  }

  /** Tells a context, and all on the way to it, that it is going to start a child. */
  public void sendPlan(int child, int parent) {
    Encoder e = new Encoder(router, true);
    e.varint(child);
    router.send(parent, Handle.PLAN_ROUTE, 0, e, 0, false);
  }

  private boolean isAncestor(int id) {
    for (int ancestor : router.parents) {
      if (ancestor == id) {
        return true;
      }
    }
    return false;
  }

  /** A message was refused: logs a warning, once for each link. */
  public void refuse(Link in, String why) {
    if (in != null && in.dead() == null) {
      LinkState state = LinkState.of(context, in);
      if (!state.refused) {
        state.refused = true;
        context.warn(
            router.name + " refused a message from behind context " + in.peer + ": " + why);
      }
    }
  }

  /**
   * Whether the sender of a dead message may say that the context {@code peer} can't be reached.
   */
  boolean mayReport(Message dead, int peer) {
    return dead.from == null || isAncestor(dead.auth) || isBelow(peer, dead.auth);
  }

  /** Sends a dead message to a handle of a context. Does not wait. */
  public void dead(Link via, int dst, long handle, EndCause cause) {
    dead(via, dst, handle, cause, Header.DEAD);
  }

  /** As {@link #dead}, but it overtakes no item that was sent to the handle. */
  public void deadBehindItems(Link via, int dst, long handle, EndCause cause) {
    dead(via, dst, handle, cause, Header.DEAD | Header.BULK);
  }

  private void dead(Link via, int dst, long handle, EndCause cause, int flags) {
    if (handle == 0) {
      return;
    }
    if (dst == router.id) {
      context.delivery.deliver(Disconnects.dead(dst, dst, handle, cause));
    } else if (via != null) {
      Encoder e = new Encoder(router, true);
      cause.write(e);
      int length = e.len - Header.SIZE;
      Header.put(e.buf, length, flags, dst, router.id, router.authority, handle, 0);
      try {
        if (via != router.parent && isOverdrawn(via, dst, e.len)) {
          return;
        }
        via.send(e.buf, 0, e.len, e.buf, 0, 0, false);
      } catch (DeadException gone) {
        // then nobody waits
      }
    }
  }

  /** Receives the plan of a context above to have this context start a child. */
  private final class Plan extends Handler {
    @Override
    public void receive(Message m) {
      int child = (int) new Decoder(router, m).varint();
      plan(child, router.id, new Link(router, child));
    }
  }
}
