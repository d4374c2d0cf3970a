package org.mitogen4j.context;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.Stream;

/** Puts the pieces of one stream's long messages together. The reading thread's own. */
final class Assembly {
  /** What a sender may send of one message before it hears from the receiver. */
  static final int WINDOW = 1 << 19;

  /** Received pieces of unfinished messages beyond which only the oldest message goes on. */
  private static final long BUDGET = 256L << 20;

  /** A context that begins more messages than these without finishing one is not of ours. */
  private static final int MAX_PARTS = 4096;

  private final FullContext context;
  private final Map<Key, Part> parts = new LinkedHashMap<>();
  private long held;

  Assembly(FullContext context) {
    this.context = context;
  }

  /** A message of which pieces are still to come. */
  private static final class Part {
    final Key key;
    final int total;
    final List<byte[]> pieces = new ArrayList<>();
    int size;

    /** Bytes for which no credit was given yet. */
    int owed;

    Part(Key key, int total) {
      this.key = key;
      this.total = total;
    }
  }

  /** Takes a message as a frame brought it; the whole one once it is complete, else null. */
  Message add(Stream in, Message m) {
    Key key = new Key(m.src, m.handle, m.replyTo);
    if ((m.flags & Header.FIRST) != 0) {
      int total = m.size == 4 ? Header.getInt(m.pieces[0], 0) : -1;
      if (total < 0 || total > context.limit || parts.size() >= MAX_PARTS) {
        throw new IllegalArgumentException(
            "a message of " + total + " bytes from " + m.src + ", the limit is " + context.limit);
      }
      parts.put(key, new Part(key, total));
      return null;
    }
    Part part = parts.get(key);
    if (part == null) {
      if ((m.flags & Header.MORE) != 0) {
        throw new IllegalArgumentException("a piece without a beginning from " + m.src);
      }
      return m;
    }
    if (m.dead()) {
      drop(part); // its sender gave up
      return (m.flags & Header.MORE) != 0 ? null : m;
    }
    part.pieces.add(m.pieces[0]);
    part.size += m.size;
    part.owed += m.size;
    held += m.size;
    boolean more = (m.flags & Header.MORE) != 0;
    if (part.size > part.total || more == (part.size == part.total)) {
      throw new IllegalArgumentException(
          "pieces of " + part.size + " bytes for a message of " + part.total);
    }
    if (more) {
      grant(part);
      return null;
    }
    drop(part);
    byte[][] pieces = part.pieces.toArray(new byte[0][]);
    return new Message(in, m.src, m.auth, m.handle, m.replyTo, 0, pieces);
  }

  private void drop(Part part) {
    parts.remove(part.key);
    held -= part.size;
    for (Part other : parts.values()) {
      grant(other); // there is room again
    }
  }

  /** Lets the sender of a long message go on, unless too much is being assembled already. */
  private void grant(Part part) {
    boolean oldest = parts.values().iterator().next() == part;
    if (part.owed >= WINDOW / 4 && (held < BUDGET || oldest)) {
      Key key = part.key;
      long replyTo = key.replyTo == 0 ? Pieces.ORDERED : key.replyTo;
      context.credits.give(new Key(key.context, key.handle, replyTo), part.owed);
      part.owed = 0;
    }
  }

  /** A context behind the stream is gone: its messages will not be finished. */
  void gone(int source) {
    for (Part part : new ArrayList<>(parts.values())) {
      if (part.key.context == source) {
        drop(part);
      }
    }
  }
}
