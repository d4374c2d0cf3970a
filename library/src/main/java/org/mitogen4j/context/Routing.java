package org.mitogen4j.context;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.kernel.DeadException;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Handler;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.kernel.Stream;

/**
 * Passes messages on between streams, and checks each against the stream that it came in on.
 *
 * <p>{@link #accept} runs on reading threads: it holds no lock, blocks on nothing, and runs nothing
 * of the program's.
 */
public final class Routing {
  private static final int MAX_REASONS = 1000;
  private static final int MAX_REASON = 2000;

  /** No tree is deeper. */
  public static final int MAX_DEPTH = 500;

  /** What the reasons begin with for which a context's link is ended: they are logged. */
  static final String BAD = "bad data: ";

  private final FullContext context;
  private final MessageRouter router;

  /** In this mode contexts talk to their parents and children only. */
  public final boolean unidirectional;

  /** The way to each context below this one. */
  public final Routes routes = new Routes();

  /** Why contexts are gone, for those who ask later. */
  private final Map<Integer, String> reasons = new ConcurrentHashMap<>();

  /** Told when contexts are gone. Set by who keeps records of them; must not block. */
  public volatile Gone listener;

  /** Hears that contexts are gone. */
  public interface Gone {
    void gone(Collection<Integer> contexts, String reason);
  }

  Routing(FullContext context, boolean unidirectional) {
    this.context = context;
    this.unidirectional = unidirectional;
    router = context.router;
    if (unidirectional && router.parent != null) {
      router.parent.extended = true;
    }
    router.handlers.put(Handle.DEL_ROUTE, new Delete());
    router.handlers.put(Handle.PLAN_ROUTE, new Plan());
  }

  // ---- the tree

  /** The stream that leads to a context; null where nobody knows the way. */
  public Stream way(int dst) {
    Stream stream = routes.get(dst);
    return stream == null ? router.parent : stream;
  }

  /** Whether there was a context of this number, as far as is remembered. */
  public boolean isGone(int id) {
    return reasons.containsKey(id);
  }

  public String noWay(int dst) {
    String reason = reasons.get(dst);
    return reason == null
        ? "there is no way from " + router.name + " to context " + dst
        : "context " + dst + " is gone: " + reason;
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
  public boolean fits(Stream child, int id, int parent) {
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
  public void plan(int child, int parent, Stream stream) {
    routes.put(child, parent, stream);
    context.heartbeat.often();
  }

  // ---- messages that come in

  void accept(Stream in, byte[] b, int at, int length) {
    int dst = Header.getInt(b, at + 5);
    int src = Header.getInt(b, at + 9);
    int auth = Header.getInt(b, at + 13);
    boolean fromParent = in == router.parent;
    if (!fromParent && (routes.get(src) != in || !(auth == src || mayActFor(in, auth)))) {
      if (!reasons.containsKey(src)) { // else it was on its way when the context went
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
        cut(in, src, BAD + "from context " + src + ": " + e.getMessage());
      }
    }
  }

  private void receive(Stream in, byte[] b, int at, int length) {
    Message whole =
        b[at + 4] == 0
            ? MessageRouter.message(in, b, at, length)
            : context.assembly.add(in, b, at, length);
    if (whole != null) {
      router.deliver(whole);
    }
  }

  private boolean mayActFor(Stream in, int auth) {
    return routes.get(auth) == in || (auth >= 0 && Link.of(context, in).authority == auth);
  }

  /** Whether a parent talks, or one acts for it; a guest acts for its parent itself. */
  private boolean mayTalk(int src, int auth) {
    return isAncestor(src) || isAncestor(auth) || router.authority != router.id;
  }

  /** Whether one end is a guest that acts for this context. */
  private boolean isOurs(Stream in, Stream out) {
    return Link.of(context, in).authority == router.id
        || Link.of(context, out).authority == router.id;
  }

  /**
   * Whether an answer may go there: a parent's answer must not look like an order of the parent.
   */
  private static boolean mayReply(long handle) {
    return handle == 0 || handle >= Handle.FIRST_FREE;
  }

  /** Lets what comes in on a stream act for another context than those behind it. */
  public void lend(Stream in, int authority) {
    Link.of(context, in).authority = authority;
  }

  private void pass(Stream in, boolean fromParent, int dst, byte[] b, int at, int length) {
    Stream out = routes.get(dst);
    if (out == null && !fromParent) {
      out = router.parent;
    }
    String wrong;
    if (out == null || out == in) {
      wrong = noWay(dst);
      if (!fromParent && Header.getLong(b, at + 25) == 0 && (b[at + 4] & Header.DEAD) == 0) {
        tell(in, Collections.singletonList(dst), wrong); // who expects no answer learns it so
      }
    } else if (unidirectional && !fromParent && out != router.parent && !isOurs(in, out)) {
      wrong = "contexts talk to their parents only here, not to " + dst;
      refuse(in, wrong);
    } else {
      Link.of(context, in).talks(dst);
      int src = Header.getInt(b, at + 9);
      if (isOverdrawn(out, fromParent && isAncestor(src) ? dst : src, length)) {
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

  /**
   * Whether a frame is one too many: its sender has no credit for what waits already, or its
   * receiver gave credit, or asked, and does not read. The one that is to blame is cut off, which
   * may be another than the one at hand.
   *
   * @param culprit who is to blame if it is
   */
  public boolean isOverdrawn(Stream out, int culprit, int length) {
    int greediest = Link.of(context, out).overdrawn(culprit, length, out.pending());
    if (greediest == Link.NOBODY) {
      return false;
    }
    String why = BAD + tooMuch(out);
    if (greediest == Link.RECEIVER) {
      cut(out, out.peer, why);
      return out.dead() == null; // else who sends to it hears of its end
    }
    cut(way(greediest), greediest, why);
    return greediest == culprit;
  }

  private static String tooMuch(Stream out) {
    return "too much waits for the link to context " + out.peer;
  }

  /** A message from above that leaves something in each context that it passes. */
  private void leave(Stream out, int dst, Message message) {
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
  public void push(Stream out, int dst, String className, byte[] packed) {
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
  public void refuse(Stream in, String why) {
    if (in != null && in.dead() == null) {
      Link link = Link.of(context, in);
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
  public void dead(Stream via, int dst, long handle, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    if (handle == 0) {
      return;
    }
    if (dst == router.id) {
      router.deliver(new Message(null, dst, dst, handle, 0, Header.DEAD, text));
    } else if (via != null) {
      byte[] head = new byte[Header.SIZE];
      int length = Math.min(text.length, Header.MAX_PAYLOAD);
      Header.put(head, length, Header.DEAD, dst, router.id, router.authority, handle, 0);
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

  // ---- ends

  /** A text that a context sent, as it may be shown: one line, and not a long one. */
  public static String oneLine(String text) {
    char[] line = text.substring(0, Math.min(text.length(), MAX_REASON)).toCharArray();
    for (int i = 0; i < line.length; i++) {
      char c = line[i];
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line[i] = ' ';
      }
    }
    return new String(line);
  }

  /** A stream is gone, and with it everything behind it. */
  void ended(Stream stream, String reason) {
    List<Integer> gone = routes.behind(stream);
    if (stream == router.parent) {
      gone.addAll(elsewhere());
    } else if (reason.startsWith(BAD)) {
      context.warn(router.name + " ended the link to context " + stream.peer + ": " + reason);
    }
    Set<Integer> told;
    try {
      told = forget(gone, reason);
    } finally {
      close(stream); // which frees who hangs in writing to it; to tell others may take a while, too
    }
    context.assembly.ended(stream);
    tell(stream, told, reason);
  }

  private void close(Stream stream) {
    AutoCloseable owner = stream.owner;
    if (owner != null) {
      try {
        owner.close();
      } catch (Exception e) {
        context.warn("closing the link to context " + stream.peer + ": " + e);
      }
    }
  }

  /** All contexts that are waited for here and are not below this one. */
  private Set<Integer> elsewhere() {
    Set<Integer> ids = context.credits.receivers();
    for (Handler handler : router.handlers.values()) {
      if (handler.peer() >= 0) {
        ids.add(handler.peer());
      }
    }
    ids.removeIf(id -> id == router.id || routes.get(id) != null);
    return ids;
  }

  /**
   * Has a context below ended by its parent, and forgets it here.
   *
   * @param in the stream that leads to it
   */
  public void cut(Stream in, int id, String why) {
    if (in == null || in == router.parent) {
      refuse(in, why); // it is not ours to end
    } else if (in.peer == id) {
      in.end(why);
    } else {
      if (why.startsWith(BAD) && Link.of(context, in).mayWarn()) {
        context.warn(router.name + " cut off context " + id + ": " + why);
      }
      tell(in, Collections.singletonList(id), "ended by " + router.name + ": " + why);
      List<Integer> gone = new ArrayList<>();
      for (int behind : routes.behind(in)) {
        if (behind == id || isBelow(behind, id)) {
          gone.add(behind);
        }
      }
      gone(in, gone, why);
    }
  }

  /** Contexts are gone: wakes who waits for them here, and tells those who ever talked to them. */
  public void gone(Stream from, Collection<Integer> contexts, String why) {
    tell(from, forget(contexts, why), why);
  }

  /** Wakes who waits for them here; returns them. */
  private Set<Integer> forget(Collection<Integer> contexts, String why) {
    Set<Integer> gone = new HashSet<>(contexts);
    if (gone.isEmpty()) {
      return gone;
    }
    String reason = oneLine(why);
    if (reasons.size() > MAX_REASONS) {
      reasons.clear();
    }
    for (int id : gone) {
      routes.remove(id);
      reasons.put(id, reason);
    }
    Gone told = listener;
    if (told != null) {
      told.gone(gone, reason);
    }
    wake(gone, reason);
    return gone;
  }

  /** Tells those who ever talked to contexts that are gone. */
  private void tell(Stream from, Set<Integer> gone, String why) {
    if (gone.isEmpty()) {
      return;
    }
    context.assembly.gone(gone);
    String reason = oneLine(why);
    Stream parent = router.parent;
    if (parent != null && parent != from) {
      tell(parent, new ArrayList<>(gone), reason);
    }
    for (Stream child : routes.children()) {
      if (child != from) {
        tell(child, Link.of(context, child).forget(gone), reason);
      }
    }
  }

  /** This context ends: wakes who waits here for something from here. */
  void closed(String reason) {
    reasons.put(router.id, reason);
    wake(Collections.singleton(router.id), reason);
  }

  private void wake(Set<Integer> gone, String reason) {
    context.credits.gone(gone);
    for (Map.Entry<Long, Handler> e : router.handlers.entrySet()) {
      try {
        wake(e.getKey(), e.getValue(), gone, reason);
      } catch (RuntimeException failed) { // the others are woken all the same
        context.warn(router.name + " can't tell a handler that " + gone + " are gone: " + failed);
      }
    }
  }

  private void wake(long handle, Handler handler, Set<Integer> gone, String reason) {
    int peer = handler.peer();
    if (peer >= 0 && gone.contains(peer)) {
      byte[] text = noWay(peer).getBytes(StandardCharsets.UTF_8);
      handler.take(new Message(null, peer, router.id, handle, 0, Header.DEAD, text));
    } else if (handler instanceof Watcher) {
      ((Watcher) handler).gone(gone, reason);
    }
  }

  private void tell(Stream stream, List<Integer> contexts, String reason) {
    for (int i = 0; i < contexts.size(); i += 1000) {
      List<Integer> some = contexts.subList(i, Math.min(i + 1000, contexts.size()));
      Encoder e = new Encoder(router, true);
      e.varint(some.size());
      for (int id : some) {
        e.varint(id);
      }
      e.text(reason);
      try {
        if (stream != router.parent && isOverdrawn(stream, stream.peer, e.len)) {
          return;
        }
        // behind all that they sent: their last words are not refused
        router.send(stream.peer, Handle.DEL_ROUTE, 0, e, Header.BULK, false);
      } catch (DeadException lost) {
        return; // then nobody there needs to know
      }
    }
  }

  /** A neighbour says that contexts are gone. */
  private final class Delete extends Handler {
    @Override
    protected boolean accepts(MessageRouter own, Message m) {
      return m.from != null && m.src == m.from.peer;
    }

    @Override
    protected void receive(Message m) {
      Decoder d = new Decoder(router, m);
      List<Integer> ids = new ArrayList<>();
      for (int n = d.count(); n > 0; n--) {
        ids.add((int) d.varint());
      }
      String reason = d.text();
      List<Integer> gone = new ArrayList<>();
      for (int id : ids) {
        // a child speaks of what is below it, the parent of what is not below us, or is to end
        Stream way = routes.get(id);
        if (way == (m.from == router.parent ? null : m.from) && id != m.src && id != router.id) {
          gone.add(id);
        } else if (m.from == router.parent && way != null) {
          cut(way, id, reason);
        } else if (way != null) {
          refuse(m.from, "it says that context " + id + " is gone");
        }
      }
      gone(m.from, gone, reason);
    }
  }

  /** The parent is going to have this context start a child. */
  private final class Plan extends Handler {
    @Override
    protected void receive(Message m) {
      int child = (int) new Decoder(router, m).varint();
      plan(child, router.id, new Stream(router, child));
    }
  }
}
