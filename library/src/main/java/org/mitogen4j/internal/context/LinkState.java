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
import java.util.concurrent.atomic.LongAdder;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.RateLimit;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.kernel.Link;

/** The state that a full context keeps for one of its links, beyond the kernel's. */
final class LinkState {
  /** The lock under which the state of a link is made. */
  private static final Object MAKING = new Object();

  /**
   * Contexts that are not behind the link and to which contexts behind it have sent something: the
   * other end is told when one of them ends.
   */
  private final Map<Integer, Boolean> talked = new ConcurrentHashMap<>();

  /** The bytes that are charged to the link, by the ordinal of the {@link Resource}. */
  final HeldBytes[] held = new HeldBytes[Resource.values().length];

  private final Link link;

  /** The flows that go out by the link, by the link that they come in by. */
  private final Map<Link, Flow> flows = new ConcurrentHashMap<>();

  private volatile Flow last; // the flow that was looked up last

  /** The outgoing frames for which the link itself is to blame, because it invited them. */
  final Flow own;

  /** The sum of the waiting bytes of all flows; written under flows. */
  private volatile long waiting;

  // used by the heartbeat only: the values that it saw last, and when, by its own time
  long heard;
  long silentSince;
  long direct;
  long directSince;
  long acked = -1; // not looked at yet
  long unreadSince;
  boolean ending;
  int silentLooks; // looks in a row at which the other end was silent
  final RateLimit dumpRequests = new RateLimit(Heartbeat.DUMP_PAUSE_MILLIS);

  /** Whether a PING is queued for the link and not written yet. */
  volatile boolean unasked;

  /** The number of incomplete long messages of the link; guarded by the {@link Reassembly}. */
  int begun;

  /**
   * How many turns to go on its long messages have let expire since they last used one; guarded by
   * the {@link Reassembly}.
   */
  int turns;

  /** How many {@link Blame} reports the other end answered without effect. */
  final AtomicInteger rounds = new AtomicInteger();

  /** The level of the report that the other end has to answer; 0 for none. */
  volatile int reported;

  /** The deadline of that answer, as System.nanoTime; 0 for none. */
  private volatile long deadline;

  /** A context that incoming messages may act for, besides those behind the link; -1 for none. */
  volatile int authority = -1;

  /** Whether the link's end is not to be logged here: a context further up has logged it. */
  volatile boolean endsQuietly;

  /** Whether a message was refused: that is logged once. */
  volatile boolean refused;

  /** The keys of absent names that the other end was sent, for itself or to be passed on. */
  final Set<String> absences = ConcurrentHashMap.newKeySet();

  /** What went out by it that its parent would have been asked for if it were not kept here. */
  final LongAdder servedCount = new LongAdder();

  /** The bytes of that, as they travel. */
  final LongAdder servedBytes = new LongAdder();

  /** Whether contexts behind it sent to more contexts than are noted: it is told of every end. */
  private volatile boolean talkative;

  /** How many times the end of a context behind it was logged as a warning. */
  private final AtomicInteger warnings = new AtomicInteger();

  private LinkState(Link link) {
    this.link = link;
    own = new Flow(link);
    for (int i = 0; i < held.length; i++) {
      held[i] = new HeldBytes();
    }
  }

  /** Counts a class, a resource or a block of classes that was kept here and goes out by it. */
  void served(int bytes) {
    servedCount.increment();
    servedBytes.add(bytes);
  }

  /** Whether one more warning about a context behind it may be logged; counts it. */
  boolean mayWarn() {
    return warnings.get() < Limits.WARNINGS && warnings.incrementAndGet() <= Limits.WARNINGS;
  }

  /** Notes that the other end is sent a report that too much is held because of it. */
  void report(int level, long seconds) {
    reported = level;
    if (deadline == 0 && seconds > 0) {
      deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) | 1;
    }
  }

  /**
   * The other end has answered, or the link has ended.
   *
   * @return the level of the report that it had to answer; 0 for none
   */
  int answer() {
    int level = reported;
    reported = 0;
    deadline = 0;
    return level;
  }

  /** Whether a report was not answered in time. */
  boolean isOverdue(long now) {
    long until = deadline;
    return until != 0 && now - until > 0;
  }

  /** Notes that a context behind the link sends to a context that is not behind it. */
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

  /** The contexts that are not behind the link and to which something was sent from behind it. */
  Set<Integer> talked() {
    return talked.keySet();
  }

  /** Selects the ended contexts of which the other end has to be told, and forgets them. */
  List<Integer> forget(ContextRuntime context, Collection<Integer> gone) {
    if (talked.isEmpty() && !talkative) {
      return new ArrayList<>(); // the usual case: quick, for a thousand children that end at once
    }
    List<Integer> known = new ArrayList<>(gone);
    if (!talkative) {
      known.removeIf(id -> talked.remove(id) == null);
      context.blame.release(link, Resource.KEPT, (long) known.size() * Limits.TALKED_COST);
    }
    return known;
  }

  // ---- frames that wait to be written
  /** The flow of frames that come in by another link and go out by this one. */
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

  /** Another link has ended: removes its flow, unless frames of it still wait. */
  void forgetFlow(Link from) {
    last = null;
    flows.computeIfPresent(from, (link, flow) -> flow.waiting == 0 ? null : flow);
  }

  /** Counts a frame of a flow as waiting. */
  void queued(Flow flow, int length) {
    synchronized (flows) {
      flow.waiting += length;
      waiting += length;
    }
  }

  /**
   * Reduces the waiting bytes of the flows: together they can't be more than the link has queued.
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

  /** Whether the flows count clearly more bytes than the link has queued. */
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
      LinkState made = new LinkState(link); // not in the lock: its classes may have to come
      synchronized (MAKING) {
        state = (LinkState) link.extension;
        if (state == null) {
          link.extension = state = made;
        }
      }
    }
    return state;
  }
}
