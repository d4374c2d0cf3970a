package org.mitogen4j.internal.context;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * Which contexts are gone, and why: wakes who waits for them here, and tells the neighbours that
 * ever talked to them. Mostly on reading threads: it waits for nothing.
 */
public final class Disconnects {
  /** What the reasons begin with for which a context's link is ended: they are logged. */
  static final String BAD = "bad data: ";

  private final ContextRuntime context;
  private final MessageRouter router;
  private final Routing routing;

  /** Why contexts are gone, for those who ask later. */
  private final Map<Integer, String> reasons = new ConcurrentHashMap<>();

  /** Told when contexts are gone. Set by who keeps records of them; must not block. */
  public volatile Listener listener;

  /** Hears that contexts are gone. */
  public interface Listener {
    void gone(Collection<Integer> contexts, String reason);
  }

  Disconnects(ContextRuntime context) {
    this.context = context;
    router = context.router;
    routing = context.routing;
    router.handlers.put(Handle.DEL_ROUTE, new Delete());
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

  /** A stream is gone, and with it everything behind it. */
  void ended(Link stream, String reason) {
    List<Integer> gone = routing.routes.behind(stream);
    if (stream == router.parent) {
      gone.addAll(elsewhere());
    } else if (reason.startsWith(BAD)) {
      context.warn(router.name + " ended the link to context " + stream.peer + ": " + reason);
    }
    Set<Integer> told = new HashSet<>(gone);
    try {
      told = forget(gone, reason);
    } finally {
      try {
        close(stream); // a thread that hangs in writing to it goes on
      } finally {
        release(stream);
        tell(stream, told, reason);
      }
    }
  }

  /** Nothing is kept any more because of a link. */
  private void release(Link stream) {
    context.assembly.ended(stream);
    context.blame.releaseAll(stream, Resource.KEPT);
    LinkState.of(context, stream).measure(context.blame, 0);
    for (Link child : routing.routes.children()) {
      LinkState.of(context, child).forgetFlow(stream);
    }
    if (router.parent != null) {
      LinkState.of(context, router.parent).forgetFlow(stream);
    }
  }

  private void close(Link stream) {
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
    ids.removeIf(id -> id == router.id || routing.routes.get(id) != null);
    return ids;
  }

  /** There is no parent any more: all who are not below this context are gone for those who are. */
  void detached(Link parent, String reason) {
    Set<Integer> gone = elsewhere();
    for (int id : router.parents) {
      gone.add(id);
    }
    for (Link child : routing.routes.children()) {
      gone.addAll(LinkState.of(context, child).talked());
    }
    gone.removeIf(id -> id == router.id || routing.routes.get(id) != null);
    gone(parent, gone, reason);
  }

  /**
   * Has a context below ended by its parent, and forgets it here.
   *
   * @param in the stream that leads to it
   */
  public void cut(Link in, int id, String why) {
    if (in == null || in == router.parent) {
      routing.refuse(in, why); // it is not ours to end
    } else if (in.peer == id) {
      in.end(why);
    } else {
      if (why.startsWith(BAD) && LinkState.of(context, in).mayWarn()) {
        context.warn(router.name + " cut off context " + id + ": " + why);
      }
      tell(in, Collections.singletonList(id), "ended by " + router.name + ": " + why);
      List<Integer> gone = new ArrayList<>();
      for (int behind : routing.routes.behind(in)) {
        if (behind == id || routing.isBelow(behind, id)) {
          gone.add(behind);
        }
      }
      gone(in, gone, why);
    }
  }

  /** Contexts are gone: wakes who waits for them here, and tells those who ever talked to them. */
  public void gone(Link from, Collection<Integer> contexts, String why) {
    tell(from, forget(contexts, why), why);
  }

  /** Wakes who waits for them here; returns them. */
  private Set<Integer> forget(Collection<Integer> contexts, String why) {
    Set<Integer> gone = new HashSet<>(contexts);
    if (gone.isEmpty()) {
      return gone;
    }
    String reason = Printable.line(why);
    for (int id : gone) {
      routing.routes.remove(id);
      if (reasons.size() >= Limits.REASONS) {
        reasons.clear();
      }
      reasons.put(id, reason);
    }
    Listener told = listener;
    if (told != null) {
      told.gone(gone, reason);
    }
    wake(gone, reason);
    return gone;
  }

  /** Tells those who ever talked to contexts that are gone. */
  private void tell(Link from, Set<Integer> gone, String why) {
    if (gone.isEmpty()) {
      return;
    }
    context.assembly.gone(gone);
    String reason = Printable.line(why);
    Link parent = router.parent;
    if (parent != null && parent != from) {
      tell(parent, new ArrayList<>(gone), reason);
    }
    for (Link child : routing.routes.children()) {
      if (child != from) {
        tell(child, LinkState.of(context, child).forget(context, gone), reason);
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
      } catch (RuntimeException | Error failed) { // the others are woken all the same
        context.warn(router.name + " can't tell a handler that " + gone + " are gone: " + failed);
      }
    }
  }

  private void wake(long handle, Handler handler, Set<Integer> gone, String reason) {
    int peer = handler.peer();
    if (peer >= 0 && gone.contains(peer)) {
      byte[] text = noWay(peer).getBytes(StandardCharsets.UTF_8);
      handler.take(new Message(null, peer, router.id, handle, 0, Header.DEAD, text));
    } else if (handler instanceof DisconnectListener) {
      ((DisconnectListener) handler).gone(gone, reason);
    }
  }

  /** Tells a neighbour. */
  void tell(Link stream, List<Integer> contexts, String reason) {
    for (int i = 0; i < contexts.size(); i += 1000) {
      List<Integer> some = contexts.subList(i, Math.min(i + 1000, contexts.size()));
      Encoder e = new Encoder(router, true);
      e.varint(some.size());
      for (int id : some) {
        e.varint(id);
      }
      e.text(reason);
      try {
        if (stream != router.parent && routing.isOverdrawn(stream, stream.peer, e.len)) {
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
        Link way = routing.routes.get(id);
        if (way == (m.from == router.parent ? null : m.from) && id != m.src && id != router.id) {
          gone.add(id);
        } else if (m.from == router.parent && way != null) {
          cut(way, id, reason);
        } else if (way != null) {
          routing.refuse(m.from, "it says that context " + id + " is gone");
        }
      }
      gone(m.from, gone, reason);
    }
  }
}
