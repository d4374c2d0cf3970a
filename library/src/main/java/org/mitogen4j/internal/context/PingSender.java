package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;

/**
 * Does what the heartbeat has found to be done: ends links, sends PINGs, asks for dumps, and lets
 * long messages go on. Each of these may hang for a while when a child does not read: then another
 * thread does the rest.
 */
final class PingSender implements Runnable {
  private final ContextRuntime context;

  @GuardedBy("this")
  private final ArrayDeque<Ping> queue = new ArrayDeque<>();

  @GuardedBy("this")
  private int threads;

  @GuardedBy("this")
  private boolean starting; // whether a thread was added that does not run yet

  /** The number of pings that threads have taken so far. */
  @GuardedBy("this")
  private long taken;

  /** {@link #taken} when {@link #help} looked last. */
  @GuardedBy("this")
  private long before;

  /** Whether a look at long messages is queued. */
  private volatile boolean looking;

  PingSender(ContextRuntime context) {
    this.context = context;
  }

  private final class Ping {
    final Link link; // null to look at long messages
    final LinkState state;

    /** The cause for which the link is to be ended; null for a PING. */
    final EndCause end;

    /**
     * The reason for which the other end is asked to log a dump of its threads; null when it is not
     * asked.
     */
    final String dump;

    Ping(Link link, LinkState state, EndCause end, String dump) {
      this.link = link;
      this.state = state;
      this.end = end;
      this.dump = dump;
    }

    void send() {
      if (link == null) {
        looking = false;
        context.reassembly.look();
      } else if (dump != null) {
        context.warn(dump + "; it is asked what its threads do");
        context.askForDump(link.peer, dump);
      } else if (end == null) {
        state.unasked = false;
        link.own(Handle.PING, 0);
      } else {
        link.giveUp(end);
      }
    }
  }

  /** Queues a look at which long messages may go on. */
  void look() {
    if (!looking) {
      looking = true;
      add(new Ping(null, null, null, null));
    }
  }

  /** Queues a PING to the other end, unless one is queued already. */
  void ask(Link link, LinkState state) {
    if (!state.unasked) {
      state.unasked = true;
      add(new Ping(link, state, null, null));
    }
  }

  /**
   * Asks the other end to log a dump of its threads; the dump may come late.
   *
   * @param why the text before the dump
   */
  void askForDump(Link link, LinkState state, String why) {
    add(new Ping(link, state, null, why));
  }

  /** Queues the end of a link, ahead of all PINGs. */
  void end(Link link, LinkState state, EndCause cause) {
    state.ending = true;
    add(new Ping(link, state, cause, null));
  }

  private void add(Ping ping) {
    synchronized (this) {
      if (ping.end == null) {
        queue.addLast(ping);
      } else {
        queue.addFirst(ping);
      }
      if (threads > 0) {
        return;
      }
      threads++;
      starting = true;
    }
    context.router.start("ping", this);
  }

  /**
   * Adds a thread if no thread has taken a ping since the last look. While one is starting none is
   * added, since more threads would slow down a slow machine further.
   *
   * @return whether to look again soon
   */
  boolean help() {
    synchronized (this) {
      boolean hanging = before == taken && !starting;
      before = taken;
      if (queue.isEmpty() || !hanging) {
        return !queue.isEmpty();
      }
      threads++;
      starting = true;
    }
    context.router.start("ping", this);
    return true;
  }

  @Override
  public void run() {
    synchronized (this) {
      starting = false;
    }
    for (Ping ping = next(); ping != null; ping = next()) {
      ping.send();
    }
  }

  private synchronized Ping next() {
    Ping ping = queue.poll();
    if (ping == null) {
      threads--;
    } else {
      taken++;
    }
    return ping;
  }
}
