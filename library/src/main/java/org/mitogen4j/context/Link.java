package org.mitogen4j.context;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.kernel.Stream;

/** What a context knows of one of its streams beyond the bytes. */
final class Link {
  /** Contexts elsewhere to which something went from behind the stream: its end is told them. */
  final Set<Integer> talked = ConcurrentHashMap.newKeySet();

  /** The reading thread's own. */
  final Assembly assembly;

  /** A context that what comes in may act for, besides those behind the stream; -1 for none. */
  volatile int authority = -1;

  /** Whether a message was refused: that is logged once. */
  volatile boolean refused;

  private Link(FullContext context) {
    assembly = new Assembly(context);
  }

  static Link of(FullContext context, Stream stream) {
    Link link = (Link) stream.extension;
    if (link == null) {
      synchronized (stream) {
        link = (Link) stream.extension;
        if (link == null) {
          stream.extension = link = new Link(context);
        }
      }
    }
    return link;
  }
}
