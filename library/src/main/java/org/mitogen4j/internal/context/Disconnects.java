package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.context.printed.Printable;
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
 * Records which contexts are gone, and why. Wakes threads that wait for such contexts here, and
 * tells the neighbours whose contexts ever sent to them. Runs mostly on reading threads, so it does
 * not wait.
 */
public final class Disconnects {
  /** The cause for ending a link on which a write hangs that fits into any pipe. */
  public static final EndCause UNREAD =
      new EndCause(EndCause.PROTOCOL_ERROR, "it does not read what it acknowledged");

  private final ContextRuntime context;
  private final MessageRouter router;
  private final Routing routing;

  /** The causes of ended contexts, for later questions; bounded by {@link Limits#REASONS}. */
  private final Map<Integer, EndCause> causes = new ConcurrentHashMap<>();

  /** Told when contexts are gone. Set by {@code Parent}, which keeps records; must not block. */
  public volatile Listener listener;

  /** Is told that contexts are gone. */
  public interface Listener {
    void gone(Collection<Integer> contexts, EndCause cause);
  }

  Disconnects(ContextRuntime context) {
    this.context = context;
    router = context.router;
    routing = context.routing;
    router.handlers.put(Handle.DEL_ROUTE, new Delete());
  }

  /** Whether a context is known to have ended. */
  public boolean isGone(int id) {
    return causes.containsKey(id);
  }

  /** The cause why a context can't be reached from here. */
  public EndCause cause(int dst) {
    EndCause cause = causes.get(dst);
    return cause == null
        ? new EndCause(
            EndCause.NO_ROUTE, "there is no way from " + router.name + " to context " + dst)
        : cause;
  }

  /** Whether a context was ended because of a fault, so that a warning is logged. */
  private static boolean isFault(EndCause cause) {
    return cause.kind == EndCause.PROTOCOL_ERROR
        || cause.kind == EndCause.OVERLOAD
        || cause.kind == EndCause.FAILED;
  }

  /** A link has ended, so all contexts behind it are gone. */
  void ended(Link link, EndCause cause) {
    List<Integer> gone = routing.routes.behind(link);
    if (link == router.parent) {
      gone.addAll(elsewhere());
    } else if (isFault(cause) && !LinkState.of(context, link).endsQuietly) {
      context.warn("the link to context " + link.peer + " ended: " + oneLine(cause).text);
    }
    Set<Integer> told = new HashSet<>(gone);
    try {
      told = forget(gone, cause);
    } finally {
      try {
        close(link); // a thread that hangs in writing to it goes on
      } finally {
        release(link);
        tell(link, told, cause);
        context.blame.ended(link);
      }
    }
  }

  /** Releases all that is kept for a link that has ended. */
  private void release(Link link) {
    context.reassembly.ended(link);
    context.blame.releaseAll(link, Resource.KEPT);
    LinkState.of(context, link).measure(context.blame, 0);
    for (Link child : routing.routes.children()) {
      LinkState.of(context, child).forgetFlow(link);
    }
    if (router.parent != null) {
      LinkState.of(context, router.parent).forgetFlow(link);
    }
  }

  private void close(Link link) {
    AutoCloseable owner = link.owner;
    if (owner != null) {
      try {
        owner.close();
      } catch (Exception e) {
        context.warn("closing the link to context " + link.peer + ": " + e);
      }
    }
  }

  /** All contexts that are not below this one and for which something waits here. */
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

  /** After a detach all contexts that are neither this one nor below it count as gone. */
  void detached(Link parent, EndCause cause) {
    Set<Integer> gone = elsewhere();
    for (int id : router.parents) {
      gone.add(id);
    }
    for (Link child : routing.routes.children()) {
      gone.addAll(LinkState.of(context, child).talked());
    }
    gone.removeIf(id -> id == router.id || routing.routes.get(id) != null);
    gone(parent, gone, cause);
  }

  /**
   * Ends a context below this one: by ending its link, or by telling its parent to do so.
   *
   * @param in the link that leads to it
   * @param id the context
   * @param why the cause
   */
  public void cut(Link in, int id, EndCause why) {
    cut(in, id, why, isFault(why));
  }

  private void cut(Link in, int id, EndCause why, boolean warns) {
    if (in == null || in == router.parent) {
      routing.refuse(in, why.text); // it is not ours to end
    } else if (in.peer == id) {
      LinkState.of(context, in).endsQuietly = !warns;
      in.end(why);
    } else {
      if (warns && LinkState.of(context, in).mayWarn()) {
        context.warn(router.name + " cut off context " + id + ": " + why.text);
      }
      EndCause told = new EndCause(why.kind, "ended by " + router.name + ": " + why.text);
      tell(in, Collections.singletonList(id), told);
      List<Integer> gone = new ArrayList<>();
      for (int behind : routing.routes.behind(in)) {
        if (behind == id || routing.isBelow(behind, id)) {
          gone.add(behind);
        }
      }
      gone(in, gone, why);
    }
  }

  /**
   * Contexts are gone: wakes threads that wait for them here, and tells the neighbours.
   *
   * @param from the link by which this was learned, which is not told
   */
  public void gone(Link from, Collection<Integer> contexts, EndCause why) {
    tell(from, forget(contexts, why), why);
  }

  /** Removes contexts that are gone, and wakes threads that wait for them; returns their ids. */
  private Set<Integer> forget(Collection<Integer> contexts, EndCause why) {
    Set<Integer> gone = new HashSet<>(contexts);
    if (gone.isEmpty()) {
      return gone;
    }
    EndCause cause = oneLine(why);
    for (int id : gone) {
      routing.routes.remove(id);
      if (causes.size() >= Limits.REASONS) {
        causes.clear();
      }
      causes.put(id, cause);
    }
    Listener told = listener;
    if (told != null) {
      told.gone(gone, cause);
    }
    wake(gone, cause);
    return gone;
  }

  /** Tells the parent, and the children from below which something was sent to these contexts. */
  private void tell(Link from, Set<Integer> gone, EndCause why) {
    if (gone.isEmpty()) {
      return;
    }
    context.reassembly.gone(gone);
    EndCause cause = oneLine(why);
    Link parent = router.parent;
    if (parent != null && parent != from) {
      tell(parent, new ArrayList<>(gone), cause);
    }
    for (Link child : routing.routes.children()) {
      if (child != from) {
        tell(child, LinkState.of(context, child).forget(context, gone), cause);
      }
    }
  }

  /** A copy of a cause whose text is safe to print, on one line. */
  private static EndCause oneLine(EndCause cause) {
    return new EndCause(cause.kind, Printable.line(String.valueOf(cause.text)));
  }

  /** Makes the dead message that tells a handler here why no answer comes from a context. */
  public static Message dead(int src, int dst, long handle, EndCause cause) {
    Encoder e = new Encoder(null, true);
    cause.write(e);
    byte[] payload = Arrays.copyOfRange(e.buf, Header.SIZE, e.len);
    return new Message(null, src, dst, handle, 0, Header.DEAD, payload);
  }

  /** This context ends: wakes threads that wait for something from this context itself. */
  void closed(EndCause cause) {
    causes.put(router.id, cause);
    wake(Collections.singleton(router.id), cause);
  }

  private void wake(Set<Integer> gone, EndCause cause) {
    context.credits.gone(gone);
    for (Map.Entry<Long, Handler> e : router.handlers.entrySet()) {
      try {
        wake(e.getKey(), e.getValue(), gone, cause);
      } catch (RuntimeException | Error failed) { // the others are woken all the same
        context.warn(router.name + " can't tell a handler that " + gone + " are gone: " + failed);
      }
    }
  }

  private void wake(long handle, Handler handler, Set<Integer> gone, EndCause cause) {
    int peer = handler.peer();
    if (peer >= 0 && gone.contains(peer)) {
      handler.receive(dead(peer, router.id, handle, cause));
    } else if (handler instanceof DisconnectListener) {
      ((DisconnectListener) handler).gone(gone, cause);
    }
  }

  /** Tells a neighbour that contexts are gone. */
  void tell(Link link, List<Integer> contexts, EndCause cause) {
    for (int i = 0; i < contexts.size(); i += 1000) {
      List<Integer> some = contexts.subList(i, Math.min(i + 1000, contexts.size()));
      Encoder e = new Encoder(router, true);
      e.varint(some.size());
      for (int id : some) {
        e.varint(id);
      }
      cause.write(e);
      try {
        if (link != router.parent && routing.isOverdrawn(link, link.peer, e.len)) {
          return;
        }
        // bulk, so it comes behind all that these contexts sent: their last output is not refused
        router.send(link.peer, Handle.DEL_ROUTE, 0, e, Header.BULK, false);
      } catch (DeadException lost) {
        return; // then nobody there needs to know
      }
    }
  }

  /**
   * Receives the message of a neighbour that contexts are gone, or the parent's order to end one.
   */
  private final class Delete extends Handler {
    @Override
    public boolean accepts(MessageRouter own, Message m) {
      return m.from != null && m.src == m.from.peer;
    }

    @Override
    public void receive(Message m) {
      Decoder d = new Decoder(router, m);
      List<Integer> ids = new ArrayList<>();
      for (int n = d.count(); n > 0; n--) {
        ids.add((int) d.varint());
      }
      byte[] cause = new byte[d.left()];
      for (int i = 0; i < cause.length; i++) {
        cause[i] = (byte) d.u8();
      }
      EndCause why = EndCause.of(new Message(null, 0, 0, 0, 0, 0, cause));
      List<Integer> gone = new ArrayList<>();
      for (int id : ids) {
        // a child reports contexts below it; the parent contexts not below us, or those to be ended
        Link way = routing.routes.get(id);
        if (way == (m.from == router.parent ? null : m.from) && id != m.src && id != router.id) {
          gone.add(id);
        } else if (m.from == router.parent && way != null) {
          cut(way, id, why, false); // the context that found the fault has logged the warning
        } else if (way != null) {
          routing.refuse(m.from, "it says that context " + id + " is gone");
        }
      }
      gone(m.from, gone, why);
    }
  }
}
