package org.mitogen4j.internal.context;

import java.util.HashSet;
import java.util.Set;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Watches the links of a router, and has those ended from which no sign of life comes. Runs on the
 * context's clock, so it only looks; {@link PingSender} writes.
 */
final class Heartbeat implements Clock.Beat {
  /** The number of silent intervals after which a link is ended. */
  private static final int MISSED = 3;

  /**
   * A child is asked for a dump of its threads after this many intervals of silence, if it was also
   * silent at this many looks in a row. The second condition is for a stop of this process itself
   * (SIGSTOP, sleep of the machine): it makes all children seem silent at the first look after it.
   */
  private static final int DUMPED = 2;

  /** Milliseconds after a request for a dump until the next may be sent to the same child. */
  static final long DUMP_PAUSE_MILLIS = 60_000;

  /** Milliseconds for a write that must not block: the peer has said that it has room. */
  private static final long DIRECT_MILLIS = 1000;

  private static final long NANOS = 1_000_000;

  private final ContextRuntime context;
  private final MessageRouter router;
  private final long millis;

  private final boolean parentIsWatched;
  private final PingSender pings;

  /**
   * Whether there are, or were, children: these are not trusted, so it looks at least each second.
   */
  private volatile boolean often;

  /**
   * Milliseconds that this process has run, without those in which it was stopped itself: during
   * these no other context counts as silent.
   */
  private long time;

  /** When it looked last, by System.nanoTime. */
  private long last = System.nanoTime();

  /** The milliseconds from the last look to the next as it was planned; 0 before the first. */
  private long pause;

  /**
   * @param millis the interval in milliseconds; 0 to watch no silence; negative where the line to
   *     the parent is a {@link WatchedLine}
   */
  Heartbeat(ContextRuntime context, long millis) {
    this.context = context;
    this.millis = Math.abs(millis);
    parentIsWatched = millis < 0;
    router = context.router;
    pings = new PingSender(context);
  }

  /** There are children from now on: looks at least each second. */
  void often() {
    if (!often) {
      often = true;
      context.clock.soon(this);
    }
  }

  @Override
  public long beat() {
    long now = System.nanoTime();
    time += Math.min((now - last) / NANOS, 2 * pause);
    last = now;
    try {
      look();
      if (pause > 0) { // not while the first calls run
        context.recording.beat();
      }
      if (context.reassembly.isFull()) {
        pings.look();
      }
    } catch (RuntimeException | Error e) {
      // it looks again
    }
    long interval = millis == 0 ? DIRECT_MILLIS : millis;
    pause = often || millis == 0 ? Math.min(interval, DIRECT_MILLIS) : millis;
    return pause;
  }

  private void look() {
    Set<Link> links = new HashSet<>(context.routing.routes.children());
    Link parent = router.parent;
    if (parent != null) {
      links.add(parent);
    }
    for (Link link : links) {
      look(link);
    }
  }

  private void look(Link link) {
    LinkState state = LinkState.of(context, link);
    if (state.ending) {
      return;
    }
    long heard = link.heard;
    long direct = link.directSince;
    boolean starting = link != router.parent && link.bytesIn == 0; // has a timeout of its own
    if (heard != state.heard || starting) {
      state.heard = heard;
      state.silentSince = time;
    } else if (state.unasked) {
      state.silentSince = Math.max(state.silentSince, time - millis);
    }
    if (direct != state.direct) {
      state.direct = direct;
      state.directSince = time;
    }
    long silent = time - state.silentSince;
    state.silentLooks = silent >= millis ? state.silentLooks + 1 : 0;
    long unread = unread(link, state, starting);
    boolean isWatched = link == router.parent ? parentIsWatched : link.owner instanceof WatchedLine;
    boolean asks = millis > 0 && !isWatched;
    if (direct != 0 && time - state.directSince > DIRECT_MILLIS) {
      end(link, state, Disconnects.UNREAD);
    } else if (state.isOverdue(System.nanoTime())) {
      String why = "too much is held because of context " + link.peer;
      end(link, state, new EndCause(EndCause.OVERLOAD, why));
    } else if (asks && silent >= millis * MISSED) {
      String whose = link == router.parent ? " from its parent" : "";
      String why = "no sign of life" + whose + " for " + silent + " ms";
      end(link, state, new EndCause(EndCause.SILENT, why));
    } else if (asks && unread >= millis * MISSED && silent < millis) {
      String why = "it has read nothing for " + unread + " ms";
      end(link, state, new EndCause(EndCause.SILENT, why));
    } else if (asks && Math.max(silent, unread) >= millis) {
      pings.ask(link, state);
      boolean hangs = silent >= millis * DUMPED && state.silentLooks >= DUMPED;
      boolean wanted = hangs && link != router.parent && context.hangDumps();
      if (wanted && state.dumpRequests.allows(time)) {
        String why = "no sign of life from context " + link.peer + " for " + silent + " ms";
        pings.askForDump(link, state, why);
      }
    }
  }

  /**
   * Milliseconds for which the other end has read nothing of what was written to it, though it may
   * write itself. An end that reads acknowledges bytes at each PING.
   */
  private long unread(Link link, LinkState state, boolean starting) {
    long[] sent = LinkView.sent(link);
    boolean reads = sent[2] != state.acked || sent[1] == sent[2];
    state.acked = sent[2];
    if (reads || starting) {
      state.unreadSince = time;
    } else if (state.unasked) {
      state.unreadSince = Math.max(state.unreadSince, time - millis);
    }
    return time - state.unreadSince;
  }

  private void end(Link link, LinkState state, EndCause cause) {
    if (link == router.parent && context.ending != null) {
      context.ending.alone(); // so that the JVM is halted in time, whatever holds up the rest
    }
    pings.end(link, state, cause);
  }
}
