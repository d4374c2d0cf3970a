package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Watches the links of a router, and has those ended from which no sign of life comes. It also
 * halts a process that has not ended in time, whatever hangs in it: for this its thread runs all
 * the time, and waits neither for a write nor for a lock that the program may hold. So it only
 * looks; {@link PingSender} writes.
 */
final class Heartbeat implements Runnable {
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

  /** Milliseconds for which a link that hangs may hold up the others. */
  private static final long HELP_MILLIS = 10;

  private static final long NANOS = 1_000_000;

  private final ContextRuntime context;
  private final MessageRouter router;
  private final long millis;

  private final boolean parentIsWatched;
  private final PingSender pings;

  private volatile boolean runs;

  @GuardedBy("this")
  private boolean closed;

  /**
   * Whether there are, or were, children: these are not trusted, so it looks at least each second.
   */
  private volatile boolean often;

  /**
   * Milliseconds that this process has run, without those in which it was stopped itself: during
   * these no other context counts as silent.
   */
  private long clock;

  /** When to halt the process, as System.nanoTime; 0 for never. Guarded by this. */
  private long deadline;

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

  /** Halts the process after the given time, unless that was ordered before. */
  synchronized void halt(long afterMillis) {
    if (deadline == 0) {
      deadline = System.nanoTime() + afterMillis * NANOS;
      notifyAll();
    }
  }

  /** There are children from now on: looks at least each second. */
  void often() {
    if (!often) {
      synchronized (this) {
        often = true;
        notifyAll();
      }
    }
  }

  /** Ends the heartbeat's thread. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Whether its thread has begun. */
  boolean runs() {
    return runs;
  }

  @Override
  public void run() {
    runs = true;
    long last = System.nanoTime();
    long pause = 0;
    try {
      while (rest(pause)) {
        long now = System.nanoTime();
        clock += Math.min((now - last) / NANOS, 2 * pause);
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
          // it looks again: this thread must not end before its context
        }
        pause = often || millis == 0 ? Math.min(interval(), DIRECT_MILLIS) : millis;
      }
    } catch (InterruptedException e) {
      // nobody interrupts it
    }
  }

  private boolean help() {
    try {
      return pings.help();
    } catch (OutOfMemoryError full) {
      return true; // later
    }
  }

  private long interval() {
    return millis == 0 ? DIRECT_MILLIS : millis;
  }

  /** Waits for a pause; returns false when the heartbeat was closed. */
  private boolean rest(long pause) throws InterruptedException {
    long until = System.nanoTime() + pause * NANOS;
    for (; ; ) {
      boolean help = help();
      synchronized (this) {
        long now = System.nanoTime();
        if (deadline != 0 && now - deadline >= 0) {
          ContextShutdown.halt();
        }
        if (closed) {
          return false;
        }
        if (now - until >= 0 || (often && pause > DIRECT_MILLIS)) {
          return true;
        }
        long wake = deadline != 0 && deadline - until < 0 ? deadline : until;
        long left = Math.max(1, (wake - now) / NANOS);
        wait(help ? Math.min(left, HELP_MILLIS) : left); // until halt
      }
    }
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
      state.silentSince = clock;
    } else if (state.unasked) {
      state.silentSince = Math.max(state.silentSince, clock - millis);
    }
    if (direct != state.direct) {
      state.direct = direct;
      state.directSince = clock;
    }
    long silent = clock - state.silentSince;
    state.silentLooks = silent >= millis ? state.silentLooks + 1 : 0;
    long unread = unread(link, state, starting);
    boolean isWatched = link == router.parent ? parentIsWatched : link.owner instanceof WatchedLine;
    boolean asks = millis > 0 && !isWatched;
    if (direct != 0 && clock - state.directSince > DIRECT_MILLIS) {
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
      if (wanted && state.dumpRequests.allows(clock)) {
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
      state.unreadSince = clock;
    } else if (state.unasked) {
      state.unreadSince = Math.max(state.unreadSince, clock - millis);
    }
    return clock - state.unreadSince;
  }

  private void end(Link link, LinkState state, EndCause cause) {
    if (link == router.parent && context.ending != null) {
      context.ending.alone(); // so that the JVM is halted in time, whatever holds up the rest
    }
    pings.end(link, state, cause);
  }
}
