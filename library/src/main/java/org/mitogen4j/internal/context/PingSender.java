package org.mitogen4j.internal.context;

import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;

/**
 * Does what the heartbeat has found to be done: ends links, sends PINGs, asks for dumps, and lets
 * long messages go on. Each of these may hang for a while when a child does not read: then another
 * thread does the rest.
 */
final class PingSender {
  private final ContextRuntime context;

  /** As many threads as it takes: a few at most hang for one link. */
  private final ElasticPool senders;

  /** A look at long messages. */
  private final Ping look = new Ping(null, null, null, null);

  /** Whether that look is queued or under way. */
  private volatile boolean looking;

  PingSender(ContextRuntime context) {
    this.context = context;
    senders = new ElasticPool(context.threads, Integer.MAX_VALUE);
  }

  private final class Ping implements Runnable {
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

    @Override
    public void run() {
      if (link == null) {
        lookAtMessages();
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
      try {
        senders.submit(look);
      } catch (RuntimeException | Error noThread) {
        looking = false;
        throw noThread;
      }
    }
  }

  private void lookAtMessages() {
    try {
      context.reassembly.look();
    } finally {
      looking = false;
    }
  }

  /** Queues a PING to the other end, unless one is queued already. */
  void ask(Link link, LinkState state) {
    if (!state.unasked) {
      state.unasked = true;
      senders.submit(new Ping(link, state, null, null));
    }
  }

  /**
   * Asks the other end to log a dump of its threads; the dump may come late.
   *
   * @param why the text before the dump
   */
  void askForDump(Link link, LinkState state, String why) {
    senders.submit(new Ping(link, state, null, why));
  }

  /** Queues the end of a link. */
  void end(Link link, LinkState state, EndCause cause) {
    state.ending = true;
    senders.submit(new Ping(link, state, cause, null));
  }
}
