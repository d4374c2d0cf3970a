package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.Link;

/** What others than its readers and writers see of a link. */
public final class LinkView {
  private LinkView() {}

  /** Messages and bytes sent, and how many bytes the other end says it has read. */
  public static long[] sent(Link link) {
    synchronized (link) {
      return new long[] {link.messagesOut, link.written, link.acked};
    }
  }
}
