package org.mitogen4j;

/** What a {@link Select} takes replies from. */
abstract class SelectSource<R> {
  /** Whether the select has been told, and has not looked yet; guarded by the select. */
  boolean queued;

  /**
   * Whom to tell when there may be a reply, or an end; told at once when there is already. It is
   * told on any thread, and blocks on nothing.
   */
  abstract void listen(Runnable listener);

  /** The next reply; null when there is none now. */
  abstract Reply<R> poll();

  /** Whether nothing more will come. */
  abstract boolean ended();

  /** The time for all is up: what is still to come fails. */
  abstract void expire(String why);

  /** Nobody wants the rest. */
  abstract void close();
}
