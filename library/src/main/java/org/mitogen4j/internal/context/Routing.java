package org.mitogen4j.internal.context;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Passes messages on between streams, and checks each against the stream that it came in on.
 *
 * <p>{@link #accept} runs on reading threads: it holds no lock, blocks on nothing, and runs nothing
 * of the program's.
 */
public final class Routing {
  private static final int MAX_TEXT = 2000;

  /** No tree is deeper. */
  public static final int MAX_DEPTH = 500;

  /** What may wait for all children together; less in tests. */
  long maxPending = Runtime.getRuntime().maxMemory() / 2;

  private final ContextRuntime context;
  private final MessageRouter router;

  /** In this mode contexts talk to their parents and children only. */
  public final boolean unidirectional;

  /** The way to each context below this one. */
  public final Routes routes = new Routes();

  Routing(ContextRuntime context, boolean unidirectional) {
    this.context = context;
    this.unidirectional = unidirectional;
    router = context.router;
    if (unidirectional && router.parent != null) {
      router.parent.extended = true;
    }
    router.handlers.put(Handle.PLAN_ROUTE, new Plan());
  }

  // ---- the tree

  /** The stream that leads to a context; null where nobody knows the way. */
  public Link way(int dst) {
    Link stream = routes.get(dst);
    return stream == null ? router.parent : stream;
  }

  /** Whether a context is a child of another below this one, or a child's child, and so on. */
  public boolean isBelow(int descendant, int ancestor) {
    int up = routes.parent(descendant);
    for (int depth = 0; up >= 0 && depth < MAX_DEPTH; depth++) {
      if (up == ancestor) {
        return true;
      }
      up = routes.parent(up);
    }
    return false;
  }

  /**
   * Whether a context may be where a child says: below that child, where it was planned if it was,
   * and neither below itself nor too deep.
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
    for (int depth = router.parents.length; up >= 0 && up != id && depth < MAX_DEPTH; depth++) {
      if (up == child.peer) {
        return true;
      }
      up = routes.parent(up);
    }
    return false;
  }

  /** Notes the way to a context that is to be started below this one. */
  public void plan(int child, int parent, Link stream) {
    routes.put(child, parent, stream);
    context.heartbeat.often();
  }

  // ---- messages that come in

  void accept(Link in, byte[] b, int at, int length) {
    int dst = Header.getInt(b, at + 5);
    int src = Header.getInt(b, at + 9);
    int auth = Header.getInt(b, at + 13);
    boolean fromParent = in == router.parent;
    if (!fromParent && (routes.get(src) != in || !(auth == src || mayActFor(in, auth)))) {
      if (!context.departures.isGone(src)) { // else it was on its way when the context went
        refuse(in, "it names " + src + " as its source and acts for " + auth);
      }
    } else if (!fromParent && !mayReply(Header.getLong(b, at + 25))) {
      refuse(in, "it wants an answer at a handle of the library");
    } else if (dst != router.id) {
      pass(in, fromParent, dst, b, at, length);
    } else if (unidirectional && fromParent && !mayTalk(src, auth)) {
      refuse(in, "contexts talk to their parents only here, and it came from " + src);
    } else {
      try {
        receive(in, b, at, length);
      } catch (RuntimeException e) {
        if (fromParent ? router.isParent(auth) : src == in.peer) {
          throw e; // ends the stream
        }
        context.assembly.gone(src);
        context.departures.cut(
            in, src, Disconnects.BAD + "from context " + src + ": " + e.getMessage());
      }
    }
  }

  private void receive(Link in, byte[] b, int at, int length) {
    Message whole =
        b[at + 4] == 0
            ? MessageRouter.message(in, b, at, length)
            : context.assembly.add(in, b, at, length);
    if (whole != null) {
      router.deliver(whole);
    }
  }

  private boolean mayActFor(Link in, int auth) {
    return routes.get(auth) == in || (auth >= 0 && LinkState.of(context, in).authority == auth);
  }

  /** Whether a parent talks, or one acts for it; a guest acts for its parent itself. */
  private boolean mayTalk(int src, int auth) {
    return isAncestor(src) || isAncestor(auth) || router.authority != router.id;
  }

  /** Whether one end is a guest that acts for this context. */
  private boolean isOurs(Link in, Link out) {
    return LinkState.of(context, in).authority == router.id
        || LinkState.of(context, out).authority == router.id;
  }

  /**
   * Whether an answer may go there: a parent's answer must not look like an order of the parent.
   */
  private static boolean mayReply(long handle) {
    return handle == 0 || handle >= Handle.FIRST_FREE;
  }

  /** Lets what comes in on a stream act for another context than those behind it. */
  public void lend(Link in, int authority) {
    LinkState.of(context, in).authority = authority;
  }

  private void pass(Link in, boolean fromParent, int dst, byte[] b, int at, int length) {
    Link out = routes.get(dst);
    if (out == null && !fromParent) {
      out = router.parent;
    }
    String wrong;
    if (out == null || out == in) {
      wrong = context.departures.noWay(dst);
      if (!fromParent && Header.getLong(b, at + 25) == 0 && (b[at + 4] & Header.DEAD) == 0) {
        context.departures.tell(
            in, Collections.singletonList(dst), wrong); // who expects no answer learns it so
      }
    } else if (unidirectional && !fromParent && out != router.parent && !isOurs(in, out)) {
      wrong = "contexts talk to their parents only here, not to " + dst;
      refuse(in, wrong);
    } else {
      LinkState.of(context, in).talks(dst, Header.getLong(b, at + 25) != 0);
      int src = Header.getInt(b, at + 9);
      int pending = out.pending();
      boolean wanted =
          (fromParent && isAncestor(src))
              || (pending >= LinkState.COUNTED && isAnswer(out, src, b, at));
      if (isOverdrawn(out, pending, wanted ? dst : src, length)) {
        wrong = tooMuch(out);
      } else {
        try {
          long handle = Header.getLong(b, at + 17);
          boolean leaves = handle == Handle.PUSH || handle == Handle.PLAN_ROUTE;
          if (leaves && fromParent && b[at + 4] == 0 && isAncestor(Header.getInt(b, at + 13))) {
            leave(out, dst, MessageRouter.message(in, b, at, length));
          } else {
            out.send(b, at, length, b, 0, 0, false);
          }
          return;
        } catch (DeadException e) {
          wrong = e.getMessage();
        }
      }
    }
    if ((b[at + 4] & Header.DEAD) == 0) {
      dead(in, Header.getInt(b, at + 9), Header.getLong(b, at + 25), wrong);
    }
  }

  /** Whether it is an answer to a question that came by a link: who asked is to read it. */
  private boolean isAnswer(Link out, int src, byte[] b, int at) {
    long handle = Header.getLong(b, at + 17);
    return handle >= Handle.FIRST_FREE
        && handle < Handle.FIRST_SECRET
        && out != router.parent
        && LinkState.of(context, out).hasAsked(src);
  }

  /**
   * Whether a frame is one too many: its sender has no credit for what waits already, or its
   * receiver gave credit, or asked, and does not read. The one that is to blame is cut off, which
   * may be another than the one at hand.
   *
   * @param culprit who is to blame if it is
   */
  public boolean isOverdrawn(Link out, int culprit, int length) {
    return isOverdrawn(out, out.pending(), culprit, length);
  }

  private boolean isOverdrawn(Link out, int pending, int culprit, int length) {
    LinkState link = LinkState.of(context, out);
    if (link.grows(pending)) {
      lookAtAll();
    }
    int greediest = link.overdrawn(culprit, length, pending);
    if (greediest == LinkState.NOBODY) {
      return false;
    }
    String why = Disconnects.BAD + tooMuch(out);
    if (greediest == LinkState.RECEIVER) {
      context.departures.cut(out, out.peer, why);
      return out.dead() == null; // else who sends to it hears of its end
    }
    context.departures.cut(way(greediest), greediest, why);
    return greediest == culprit;
  }

  /** Ends the link for which most waits, if too much waits for all together. */
  private void lookAtAll() {
    Link worst = null;
    long most = 0;
    long all = 0;
    for (Link child : routes.children()) {
      long pending = child.pending();
      all += pending;
      if (pending > most) {
        most = pending;
        worst = child;
      }
    }
    if (all > maxPending) {
      context.departures.cut(worst, worst.peer, Disconnects.BAD + tooMuch(worst));
    }
  }

  private static String tooMuch(Link out) {
    return "too much waits for the link to context " + out.peer;
  }

  /** A message from above that leaves something in each context that it passes. */
  private void leave(Link out, int dst, Message message) {
    Decoder d = new Decoder(router, message);
    if (message.handle == Handle.PLAN_ROUTE) {
      int child = (int) d.varint();
      plan(child, dst, out);
      sendPlan(child, dst);
    } else {
      String className = d.text();
      router.classes.keep(className, d.bytes());
      byte[] packed = router.classes.kept(className);
      if (packed != null) { // else the one below will ask for it
        push(out, dst, className, packed);
      }
    }
  }

  /** Tells all on the way to a parent-to-be of its child-to-be. */
  public void sendPlan(int child, int parent) {
    Encoder e = new Encoder(router, true);
    e.varint(child);
    router.send(parent, Handle.PLAN_ROUTE, 0, e, 0, false);
  }

  /** Sends a class to a context below: its name only, where the next one on the way has it. */
  public void push(Link out, int dst, String className, byte[] packed) {
    // only what goes down is kept on the way
    String key = out == router.parent ? dst + " " + className : className;
    boolean news = !out.sent.contains(key);
    if (news || dst != out.peer) {
      Encoder e = new Encoder(router, true);
      e.text(className);
      e.bytes(news ? packed : Message.EMPTY);
      router.send(dst, Handle.PUSH, 0, e, 0, false);
      out.sent.add(key); // behind it: who relies on it sends behind it, too
    }
  }

  private boolean isAncestor(int id) {
    for (int ancestor : router.parents) {
      if (ancestor == id) {
        return true;
      }
    }
    return false;
  }

  /** A message that is refused; logged once for each stream. */
  public void refuse(Link in, String why) {
    if (in != null && in.dead() == null) {
      LinkState link = LinkState.of(context, in);
      if (!link.refused) {
        link.refused = true;
        context.warn(
            router.name + " refused a message from behind context " + in.peer + ": " + why);
      }
    }
  }

  /** Whether a context may say that another, which we wait for, can't be reached. */
  boolean mayReport(Message dead, int peer) {
    return dead.from == null || isAncestor(dead.auth) || isBelow(peer, dead.auth);
  }

  /** Tells whoever waits for an answer that there is none; never waits. */
  public void dead(Link via, int dst, long handle, String reason) {
    dead(via, dst, handle, reason, Header.DEAD);
  }

  /** As {@link #dead}, behind all items that were sent there. */
  public void deadBehindItems(Link via, int dst, long handle, String reason) {
    dead(via, dst, handle, reason, Header.DEAD | Header.BULK);
  }

  private void dead(Link via, int dst, long handle, String reason, int flags) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    if (handle == 0) {
      return;
    }
    if (dst == router.id) {
      router.deliver(new Message(null, dst, dst, handle, 0, flags, text));
    } else if (via != null) {
      byte[] head = new byte[Header.SIZE];
      int length = Math.min(text.length, Header.MAX_PAYLOAD);
      Header.put(head, length, flags, dst, router.id, router.authority, handle, 0);
      try {
        if (via != router.parent && isOverdrawn(via, dst, Header.SIZE + length)) {
          return;
        }
        via.send(head, 0, head.length, text, 0, length, false);
      } catch (DeadException e) {
        // then nobody waits
      }
    }
  }

  /** A text that a context sent, as it may be shown: one line, and not a long one. */
  public static String oneLine(String text) {
    char[] line = text.substring(0, Math.min(text.length(), MAX_TEXT)).toCharArray();
    for (int i = 0; i < line.length; i++) {
      char c = line[i];
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line[i] = ' ';
      }
    }
    return new String(line);
  }

  /** The parent is going to have this context start a child. */
  private final class Plan extends Handler {
    @Override
    protected void receive(Message m) {
      int child = (int) new Decoder(router, m).varint();
      plan(child, router.id, new Link(router, child));
    }
  }
}
