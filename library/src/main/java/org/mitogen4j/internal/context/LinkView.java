package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.Link;

/** Counters of a link, for code that neither reads nor writes it. */
public final class LinkView {
  private LinkView() {}

  /** Three numbers: messages sent, bytes sent, and bytes that the other end has acknowledged. */
  public static long[] sent(Link link) {
    synchronized (link) {
      return new long[] {link.messagesOut, link.written, link.acked};
    }
  }
}
