package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.kernel.Link;

/** What a context knows of one of its links beyond the bytes. */
final class LinkState {
  /** Held while a link gets its state. */
  private static final Object MAKING = new Object();

  /**
   * Contexts elsewhere to which something went from behind the link, so that it is told of their
   * end.
   */
  private final Map<Integer, Boolean> talked = new ConcurrentHashMap<>();

  /** What is held because of it, by the number of the {@link Resource}. */
  final HeldBytes[] held = new HeldBytes[Resource.values().length];

  private final Link link;

  /** What goes out by it, by the link that it came in by; under itself what it asked for. */
  private final Map<Link, Flow> flows = new ConcurrentHashMap<>();

  private volatile Flow last; // the flow that was looked for last

  /** What goes out by it that it is to blame for itself. */
  final Flow own;

  /** The sum of what the flows have waiting; written under flows. */
  private volatile long waiting;

  // the heartbeat thread's own: what it saw last, and when, by its own clock
  long heard;
  long silentSince;
  long direct;
  long directSince;
  long acked = -1; // nothing was looked at yet
  long unreadSince;
  boolean ending;
  int silentLooks; // looks in a row at which the other end was silent
  final RateLimit dumpRequests = new RateLimit(Heartbeat.DUMP_PAUSE_MILLIS);

  /** Whether it is to be asked for a sign of life, and was not yet. */
  volatile boolean unasked;

  /** Long messages that were begun and not ended; guarded by the {@link Reassembly}. */
  int begun;

  /**
   * How often one of them was late with its turn since it last used one; guarded by the {@link
   * Reassembly}.
   */
  int turns;

  /** How many reports of too much it answered without effect; see {@link Blame}. */
  final AtomicInteger rounds = new AtomicInteger();

  /** The level of the report that it has to answer; 0 for none. */
  volatile int reported;

  /** When it is to have answered, as System.nanoTime; 0 for never. */
  private volatile long deadline;

  /** A context that what comes in may act for, besides those behind the link; -1 for none. */
  volatile int authority = -1;

  /** Whether it was ended for a context further up, which has logged it. */
  volatile boolean endsQuietly;

  /** Whether a message was refused: that is logged once. */
  volatile boolean refused;

  /** Whether it has talked to more contexts than are noted: then it is told of every end. */
  private volatile boolean talkative;

  /** How often contexts behind it were cut off: the first of many are logged. */
  private final AtomicInteger warnings = new AtomicInteger();

  private LinkState(Link link) {
    this.link = link;
    own = new Flow(link);
    for (int i = 0; i < held.length; i++) {
      held[i] = new HeldBytes();
    }
  }

  /** Whether one more warning about contexts behind it is of use. */
  boolean mayWarn() {
    return warnings.get() < Limits.WARNINGS && warnings.incrementAndGet() <= Limits.WARNINGS;
  }

  /** It is told that too much is held because of it. */
  void report(int level, long seconds) {
    reported = level;
    if (deadline == 0 && seconds > 0) {
      deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) | 1;
    }
  }

  /**
   * It answers, or has ended. Returns the level of the report that it had to answer; 0 for none.
   */
  int answer() {
    int level = reported;
    reported = 0;
    deadline = 0;
    return level;
  }

  /** Whether it was told that too much is held because of it, and has not answered in time. */
  boolean isOverdue(long now) {
    long until = deadline;
    return until != 0 && now - until > 0;
  }

  /** Notes that something goes to a context elsewhere. */
  void talks(ContextRuntime context, int dst) {
    if (!talkative && !talked.containsKey(dst)) {
      if (talked.size() >= Limits.TALKED
          || !context.blame.charge(link, Resource.KEPT, link.peer, Limits.TALKED_COST)) {
        talkative = true;
      } else if (talked.put(dst, Boolean.TRUE) != null) {
        context.blame.release(link, Resource.KEPT, Limits.TALKED_COST);
      }
    }
  }

  /** Contexts elsewhere to which something went. */
  Set<Integer> talked() {
    return talked.keySet();
  }

  /** Those of the contexts that are gone of which the other end must hear. */
  List<Integer> forget(ContextRuntime context, Collection<Integer> gone) {
    if (talked.isEmpty() && !talkative) {
      return new ArrayList<>(); // as of most, where each of a thousand children ends
    }
    List<Integer> known = new ArrayList<>(gone);
    if (!talkative) {
      known.removeIf(id -> talked.remove(id) == null);
      context.blame.release(link, Resource.KEPT, (long) known.size() * Limits.TALKED_COST);
    }
    return known;
  }

  // ---- what waits to be written

  /** What goes out by this link of what comes in by another. */
  Flow flow(Link from) {
    Flow flow = last;
    if (flow == null || flow.from != from) {
      flow = flows.get(from);
      if (flow == null) {
        Flow made = new Flow(from);
        flow = flows.putIfAbsent(from, made);
        flow = flow == null ? made : flow;
      }
      last = flow;
    }
    return flow;
  }

  /** Another link has ended: nothing more comes from there, but what came may still wait. */
  void forgetFlow(Link from) {
    last = null;
    flows.computeIfPresent(from, (link, flow) -> flow.waiting == 0 ? null : flow);
  }

  /** Adds a frame to what waits of a flow. */
  void queued(Flow flow, int length) {
    synchronized (flows) {
      flow.waiting += length;
      waiting += length;
    }
  }

  /**
   * Corrects what the flows have waiting: all of them together can't have more than waits.
   *
   * @param pending the bytes that wait
   */
  void measure(Blame blame, int pending) {
    if (waiting <= pending) {
      return;
    }
    synchronized (flows) {
      long all = waiting;
      for (Flow flow : flows.values()) {
        let(blame, flow, less(flow, pending, all));
      }
      let(blame, own, less(own, pending, all));
      flows.values().removeIf(flow -> flow.waiting == 0 && flow.from.dead() != null);
    }
  }

  private static long less(Flow flow, int pending, long all) {
    return all <= pending ? 0 : flow.waiting - flow.waiting * pending / all;
  }

  @GuardedBy("flows")
  @SuppressWarnings("NonAtomicVolatileUpdate") // read at any time, written while flows is locked
  private void let(Blame blame, Flow flow, long bytes) {
    if (bytes != 0) {
      flow.waiting -= bytes;
      waiting -= bytes;
      blame.release(flow.from, Resource.WAITING, bytes);
    }
  }

  /** Whether the flows count for clearly more than waits. */
  boolean isStale(int pending) {
    return waiting > pending + pending / 4;
  }

  /** The flow that has most waiting. */
  Flow most() {
    synchronized (flows) {
      Flow most = own;
      for (Flow flow : flows.values()) {
        most = flow.waiting > most.waiting ? flow : most;
      }
      return most;
    }
  }

  static LinkState of(ContextRuntime context, Link link) {
    LinkState state = (LinkState) link.extension;
    if (state == null) {
      synchronized (MAKING) {
        state = (LinkState) link.extension;
        if (state == null) {
          link.extension = state = new LinkState(link);
        }
      }
    }
    return state;
  }
}
