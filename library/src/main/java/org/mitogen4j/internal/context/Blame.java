package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
 * Decides which link is ended when too much of a {@link Resource} is held. Everything held is
 * charged to the link that it came in by, whatever contexts the frames name as their sources: a
 * child can make those up, but not links.
 *
 * <p>A child may be an honest relay of a hostile one. So before it reaches its quota it is told
 * (handle {@link Handle#BLAME}) how much is held, and which contexts behind it sent that; each
 * context on the way knows which of its own links leads to most of them. The deeper a context is in
 * the tree the sooner it ends that link ({@link Limits#fullAtDepth}), so that the link next to the
 * cause is ended first. A child answers a report behind all that it sent, once its own child has
 * answered or was ended: what was on its way is not held against it. At its quota a link's frames
 * are refused. The link is ended when it does not answer in time ({@link Limits#patience}), or if
 * more reports do not help ({@link Limits#rounds}).
 *
 * <p>Any thread may use it; it waits for nothing.
 */
@SuppressWarnings("EnumOrdinal") // arrays by resource: frames are counted one by one
public final class Blame {
  private final ContextRuntime context;
  private final MessageRouter router;
  private final Resource[] all = Resource.values();
  private final AtomicLong[] totals = new AtomicLong[all.length];

  /** Quotas in bytes; less than {@link Resource} says in tests. */
  private final long[] ofLink = new long[all.length];

  private final long[] ofAll = new long[all.length];

  /** Queues that hold enough to be searched when a link is ended. */
  final Set<ReceiveQueue> queues = ConcurrentHashMap.newKeySet();

  Blame(ContextRuntime context) {
    this.context = context;
    router = context.router;
    for (Resource r : all) {
      totals[r.ordinal()] = new AtomicLong();
      limit(r, r.ofLink, r.ofAll);
    }
    router.handlers.put(Handle.BLAME, new Report());
  }

  /** Sets quotas in bytes; for tests. */
  public final void limit(Resource r, long link, long inAll) {
    ofLink[r.ordinal()] = link;
    ofAll[r.ordinal()] = inAll;
  }

  long ofLink(Resource r) {
    return ofLink[r.ordinal()];
  }

  long held(Resource r) {
    return totals[r.ordinal()].get();
  }

  private HeldBytes held(Link link, Resource r) {
    return LinkState.of(context, link).held[r.ordinal()];
  }

  /**
   * Charges bytes to a link.
   *
   * @param source the context that sent them, as far as is known
   * @return false if they can't be kept, and are not charged; the link may have been ended
   */
  public boolean charge(Link link, Resource r, int source, long n) {
    HeldBytes held = held(link, r);
    long ofThis = held.bytes.addAndGet(n);
    long together = totals[r.ordinal()].addAndGet(n);
    if (ofThis < ofLink(r) / Limits.FULL * Limits.REPORTED
        && together < ofAll[r.ordinal()] / 2
        && held.reported == 0) {
      return true;
    }
    if (mayKeep(link, r, held, source, n)) {
      return true;
    }
    release(link, r, n);
    return false;
  }

  /** Takes bytes off that were charged and are held no longer. */
  public void release(Link link, Resource r, long n) {
    held(link, r).bytes.addAndGet(-n);
    totals[r.ordinal()].addAndGet(-n);
  }

  /** Takes all bytes off that are charged to a link that has ended. */
  void releaseAll(Link link, Resource r) {
    long n = held(link, r).bytes.getAndSet(0);
    totals[r.ordinal()].addAndGet(-n);
  }

  /** The used part of a quota, in sixteenths of it. */
  private static int level(long bytes, long quota) {
    return (int) Math.min(99, Limits.FULL * bytes / Math.max(1, quota));
  }

  private boolean mayKeep(Link link, Resource r, HeldBytes held, int source, long n) {
    synchronized (held) {
      held.note(link.peer, source, n, ofLink(r));
    }
    int level = level(held.bytes.get(), ofLink(r));
    int together = level(held(r), ofAll[r.ordinal()]);
    if (together >= Limits.FULL || level >= Limits.FULL) {
      measure(r);
      level = level(held.bytes.get(), ofLink(r));
      together = level(held(r), ofAll[r.ordinal()]);
    }
    if (together >= Limits.FULL / 2) {
      Link most = most(r, together >= Limits.FULL ? ofAll[r.ordinal()] : 0);
      if (most == link) {
        level = Math.max(level, together);
      } else if (together >= Limits.FULL && most == null) {
        return false; // no link alone is to blame: what is held has to go first
      } else if (together >= Limits.FULL) {
        isBorne(most, r, held(most, r), together, n);
      }
    }
    return isBorne(link, r, held, level, n);
  }

  /** As {@link #charge} decides for a full quota: for the link that holds most of a resource. */
  boolean isBorne(Link link, Resource r, long n) {
    return isBorne(link, r, held(link, r), Limits.FULL, n);
  }

  private boolean isBorne(Link link, Resource r, HeldBytes held, int level, long n) {
    int[] sources = null;
    boolean ends = false;
    synchronized (held) {
      if (level < Limits.REPORTED) {
        if (held(r) < ofAll[r.ordinal()] / 2) {
          held.relax();
          LinkState.of(context, link).rounds.set(0);
        }
        return true;
      }
      boolean mayHelp = held.relays() && link != router.parent;
      if (level < Limits.FULL) {
        sources = mayHelp && level > held.reported ? held.sources() : null;
      } else {
        long step = ofLink(r) / Limits.FULL;
        boolean more = held.refused == 0 || held.refused / step != (held.refused + n) / step;
        int open = LinkState.of(context, link).reported;
        held.refused += n;
        if (!mayHelp) {
          ends = link != router.parent;
        } else if (open == 0 ? more : open < Limits.FULL) {
          ends = open == 0 && isHopeless(link);
          sources = held.sources();
        }
      }
      held.reported = Math.max(held.reported, level);
    }
    if (ends) {
      end(link, r);
    } else if (sources != null) {
      report(link, level, r.ordinal(), sources);
    }
    return level < Limits.FULL;
  }

  private int depth() {
    return router.parents.length;
  }

  /** Whether a child has answered too many reports without effect; counts one more. */
  private boolean isHopeless(Link child) {
    return LinkState.of(context, child).rounds.incrementAndGet() > Limits.rounds(depth());
  }

  /**
   * The link to a child that is charged most. Null if that is little, or if all living links
   * together are charged less than {@code together}: the rest came by links that have ended.
   */
  private Link most(Resource r, long together) {
    Link most = null;
    long bytes = Math.max(ofLink(r) / Limits.FULL, r.little);
    long living = router.parent == null ? 0 : held(router.parent, r).bytes.get();
    for (Link child : context.routing.routes.children()) {
      long n = child.dead() == null ? held(child, r).bytes.get() : 0;
      living += n;
      if (n > bytes) {
        bytes = n;
        most = child;
      }
    }
    return living < together ? null : most;
  }

  /** Corrects estimated charges, and drops queued messages that came by links that have ended. */
  private void measure(Resource r) {
    if (r == Resource.WAITING) {
      for (Link child : context.routing.routes.children()) {
        LinkState.of(context, child).measure(this, child.pending());
      }
      Link parent = router.parent;
      if (parent != null) {
        LinkState.of(context, parent).measure(this, parent.pending());
      }
    } else if (r == Resource.RECEIVED && held(r) >= ofAll[r.ordinal()]) {
      dropOfEnded();
    }
  }

  private void end(Link link, Resource r) {
    String why = "too much " + r.text + " because of context " + link.peer;
    context.disconnects.cut(link, link.peer, new EndCause(EndCause.OVERLOAD, why));
    if (r == Resource.RECEIVED) {
      dropOfEnded();
    }
  }

  /** Tells a child that contexts behind it hold much here, or in a context above. */
  private void report(Link child, int level, int resource, int[] sources) {
    Encoder e = new Encoder(router, true);
    e.varint(Math.min(level, Limits.FULL));
    e.varint(resource);
    e.varint(sources.length);
    for (int source : sources) {
      e.varint(source);
    }
    int depth = depth();
    boolean urgent = level >= Limits.fullAtDepth(depth);
    LinkState.of(context, child).report(level, urgent ? Limits.patience(depth) : 0);
    try {
      router.send(child.peer, Handle.BLAME, 0, e, 0, false);
    } catch (DeadException gone) {
      // then it holds nothing
    }
  }

  /** Answers the parent's report, behind all frames that were sent to it. */
  private void answer(int level) {
    Link parent = router.parent;
    if (parent != null) {
      Encoder e = new Encoder(router, true);
      e.varint(level);
      try {
        router.send(parent.peer, Handle.BLAME, 0, e, Header.BULK, false);
      } catch (DeadException gone) {
        // then it holds nothing
      }
    }
  }

  /** Receives reports of the parent, and answers of children. */
  private final class Report extends Handler {
    @Override
    public boolean accepts(MessageRouter own, Message m) {
      return m.from != null && m.src == m.from.peer;
    }

    @Override
    public void receive(Message m) {
      Decoder d = new Decoder(router, m);
      if (m.from == router.parent) {
        int level = (int) Math.min(Limits.FULL, d.varint());
        reported(level, all[(int) d.varint()], d);
      } else {
        ended(m.from); // it answers
      }
    }
  }

  /** A child has answered a report or has ended: answers the parent's report, if one is open. */
  void ended(Link child) {
    int level = LinkState.of(context, child).answer();
    if (level > 0) { // each report is answered once
      if (child.dead() != null) {
        dropOfEnded();
      }
      answer(level);
    }
  }

  private void dropOfEnded() {
    for (ReceiveQueue queue : queues) {
      queue.dropOfEnded();
    }
  }

  /** The parent says which contexts below this one hold much in a context above. */
  private void reported(int level, Resource r, Decoder d) {
    Map<Link, List<Integer>> behind = new HashMap<>();
    Link most = null;
    for (int n = d.count(); n > 0; n--) {
      int source = (int) d.varint();
      Link child = context.routing.routes.get(source);
      if (child != null) {
        List<Integer> sources = behind.computeIfAbsent(child, c -> new ArrayList<>());
        sources.add(source);
        most = most == null || sources.size() > behind.get(most).size() ? child : most;
      }
    }
    if (most == null) {
      answer(level); // its link has ended already
      return;
    }
    List<Integer> sources = behind.get(most);
    int peer = most.peer;
    boolean mayHelp = sources.stream().anyMatch(source -> source != peer);
    LinkState state = LinkState.of(context, most);
    if (level < Limits.fullAtDepth(depth())) {
      state.rounds.set(0);
    } else if (!mayHelp || (state.reported == 0 && isHopeless(most))) {
      state.answer();
      end(most, r);
      answer(level);
      return;
    }
    if (!mayHelp) {
      answer(level);
    } else if (level > state.reported) {
      report(most, level, r.ordinal(), sources.stream().mapToInt(i -> i).toArray());
    }
  }
}
