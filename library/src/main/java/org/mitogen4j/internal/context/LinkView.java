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

  /**
   * Counts a class, a resource or a block of classes that a context below the master had kept, and
   * sends to a child without asking its own parent.
   *
   * @param bytes its size as it travels
   */
  public static void countServed(ContextRuntime context, Link link, int bytes) {
    if (context.router.parents.length > 0) {
      LinkState.of(context, link).served(bytes);
    }
  }

  /**
   * What went over a link to a child: messages and bytes sent, messages and bytes received, then
   * how many classes and resources this context had kept and sent, and their bytes.
   */
  public static long[] traffic(ContextRuntime context, Link child) {
    long[] sent = sent(child);
    LinkState state = LinkState.of(context, child);
    return new long[] {
      sent[0],
      sent[1],
      child.messagesIn,
      child.bytesIn,
      state.servedCount.sum(),
      state.servedBytes.sum()
    };
  }
}
