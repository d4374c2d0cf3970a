package org.mitogen4j;

/** A source from which a {@link Select} takes replies: a call, a receiver, or another select. */
abstract class SelectSource<R> {
  /**
   * Whether this is in the select's queue of sources that may have a reply; guarded by the select.
   */
  boolean queued;

  /**
   * Sets the listener, which is run when there may be a reply or an end, and at once if there is
   * one already. It runs on any thread, and does not block.
   */
  abstract void listen(Runnable listener);

  /** The next reply; null when there is none now. */
  abstract Reply<R> poll();

  /** Whether nothing more will come. */
  abstract boolean ended();

  /** The select's time is over: replies that are still to come fail. */
  abstract void expire(String why);

  /** The select was closed: no further reply is taken. */
  abstract void close();
}
