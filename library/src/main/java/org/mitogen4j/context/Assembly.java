package org.mitogen4j.context;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.kernel.Stream;

/** Puts the pieces of one stream's long messages together. The reading thread's own. */
final class Assembly {
  /** What a sender may send of one message before it hears from the receiver. */
  static final int WINDOW = 1 << 19;

  /** Received pieces of unfinished messages beyond which only the oldest message goes on. */
  private static final long BUDGET = 256L << 20;

  /** More messages than these are not begun without finishing one. */
  private static final int MAX_PARTS = 4096;

  /** Received pieces of one stream's unfinished messages that are too many. */
  private static final long MAX_HELD = Math.max(2 * BUDGET, Runtime.getRuntime().maxMemory() / 4);

  /** The last piece may overdraw the credit; and credit of the message before may come late. */
  private static final int SLACK = WINDOW;

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

    /** Whether somebody waits for it; else only its end is told. */
    final boolean wanted;

    final Segments segments;
    int size;

    /** Bytes for which no credit was given yet. */
    int owed;

    /** Bytes that its sender can send in all, by the credit that it has. */
    int allowed = WINDOW;

    Part(Key key, Segments segments, boolean wanted) {
      this.key = key;
      this.segments = segments;
      total = (int) segments.total;
      this.wanted = wanted;
    }

    int held() {
      return wanted ? size : 0;
    }
  }

  /** Takes a message as a frame brought it; the whole one once it is complete, else null. */
  Message add(Stream in, byte[] b, int at, int length) {
    Message m = MessageRouter.message(in, b, at, Header.SIZE);
    int n = length - Header.SIZE;
    Key key = new Key(m.src, m.handle, m.replyTo);
    if ((m.flags & Header.FIRST) != 0) {
      boolean trusted = context.router.isParent(m.auth);
      Segments segments = Segments.of(b, at + Header.SIZE, n, trusted);
      if (segments.total > context.limit) {
        throw new IllegalArgumentException(
            "a message of "
                + segments.total
                + " bytes from "
                + m.src
                + ", the limit is "
                + context.limit);
      }
      if (m.handle < Handle.FIRST_FREE && !trusted) {
        throw new IllegalArgumentException("a long message from " + m.src + " to " + m.handle);
      }
      boolean wanted = context.router.handlers.containsKey(m.handle);
      if (parts.size() >= MAX_PARTS || parts.containsKey(key)) {
        throw new IllegalArgumentException("one more unfinished message from " + m.src);
      }
      parts.put(key, new Part(key, segments, wanted));
      return null;
    }
    Part part = parts.get(key);
    if (part == null) {
      if ((m.flags & Header.MORE) != 0) {
        throw new IllegalArgumentException("a piece without a beginning from " + m.src);
      }
      return MessageRouter.message(in, b, at, length);
    }
    if (m.dead()) {
      drop(part); // its sender gave up
      return (m.flags & Header.MORE) != 0 ? null : MessageRouter.message(in, b, at, length);
    }
    boolean more = (m.flags & Header.MORE) != 0;
    int size = part.size + n;
    if (size > part.total || more == (size == part.total) || n == 0) {
      throw new IllegalArgumentException(
          "pieces of " + size + " bytes for a message of " + part.total + " from " + m.src);
    }
    if (size > part.allowed + SLACK || held > MAX_HELD) {
      throw new IllegalArgumentException(m.src + " sends more than it was given credit for");
    }
    held -= part.held();
    part.size = size;
    part.owed += n;
    held += part.held();
    if (part.wanted) {
      part.segments.add(b, at + Header.SIZE, n);
    }
    if (more) {
      grant(part);
      return null;
    }
    drop(part);
    return new Message(in, m.src, m.auth, m.handle, m.replyTo, 0, part.segments.arrays());
  }

  private void drop(Part part) {
    parts.remove(part.key);
    held -= part.held();
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
      int give = Math.min(part.owed, part.total - part.allowed); // none is left over for the next
      part.owed = 0;
      if (give > 0) {
        part.allowed += give;
        context.credits.give(new Key(key.context, key.handle, replyTo), give);
      }
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
