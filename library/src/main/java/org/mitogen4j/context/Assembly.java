package org.mitogen4j.context;

import java.util.ArrayList;
import java.util.HashMap;
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
  private static final long BUDGET = Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** More messages than these are not begun without finishing one. */
  private static final int MAX_PARTS = 4096;

  /** What may be held of a stream's unfinished messages in any case. */
  private static final long MAX_HELD = Runtime.getRuntime().maxMemory() / 2;

  /** And what may be, unless one context has an eighth of it. */
  private static final long MUCH = 512L << 20;

  /** The last piece may overdraw the credit; and credit of the message before may come late. */
  private static final int SLACK = WINDOW;

  private final FullContext context;
  private final long maxHeld;
  private final long much;
  private final Map<Key, Part> parts = new LinkedHashMap<>();
  private long held;

  Assembly(FullContext context) {
    this(context, MAX_HELD);
  }

  /** For tests of the bound. */
  Assembly(FullContext context, long maxHeld) {
    this.context = context;
    this.maxHeld = maxHeld;
    much = Math.min(MUCH, maxHeld);
  }

  /** A message of which pieces are still to come. */
  private static final class Part {
    final Key key;
    final int total;

    /** Whether somebody waits for it; else only its end is told. */
    final boolean wanted;

    final boolean trusted;
    final Segments segments;
    int size;

    /** Bytes for which no credit was given yet. */
    int owed;

    /** Bytes that its sender can send in all, by the credit that it has. */
    int allowed = WINDOW;

    Part(Key key, Segments segments, boolean trusted, boolean wanted) {
      this.key = key;
      this.trusted = trusted;
      this.segments = segments;
      total = (int) segments.total;
      this.wanted = wanted;
    }

    /** The memory that it takes. */
    int held() {
      return wanted ? Math.max(size, Math.min(total, Segments.UNTRUSTED)) : 0;
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
      Part part = new Part(key, segments, trusted, wanted);
      parts.put(key, part);
      held += part.held();
      shed(in);
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
    if (size > part.allowed + SLACK) {
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
      shed(in);
      return null;
    }
    drop(part);
    return new Message(in, m.src, m.auth, m.handle, m.replyTo, 0, part.segments.arrays());
  }

  /** Cuts off who has most here, where that is too much; what it was given credit for is not. */
  private void shed(Stream in) {
    if (held <= much) {
      return;
    }
    Part oldest = parts.values().iterator().next(); // it may go on in any case
    Map<Integer, long[]> sums = new HashMap<>();
    int greediest = -1;
    long most = 0;
    long all = 0;
    for (Part part : parts.values()) {
      if (!part.trusted && part != oldest) {
        long[] sum = sums.get(part.key.context);
        if (sum == null) {
          sums.put(part.key.context, sum = new long[1]);
        }
        sum[0] += part.held();
        all += part.held();
        if (sum[0] > most) {
          most = sum[0];
          greediest = part.key.context;
        }
      }
    }
    if (all > maxHeld || (all > much && most > much / 8)) {
      String why = greediest + " begins more long messages than it ends";
      gone(greediest);
      context.routing.cut(in, greediest, Routing.BAD + why);
    }
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
