package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Puts the fragments of long messages together, for all links. While much is held, only one message
 * at a time gets credit, the oldest first: so the memory for incomplete messages is bounded,
 * however many honest senders begin one at the same time. Fragments that came without credit, and
 * messages that do not go on in their turn, are charged to the link that they came in by.
 *
 * <p>Reading threads use it. They hold its lock while they count, not while they copy or send.
 */
final class Reassembly {
  /** The most bytes of one message that are charged at once: what needs no further credit. */
  private static final int CHARGED = Limits.LONG_WINDOW + Limits.LONG_SLACK;

  /** Received pieces of unfinished messages, in bytes, beyond which only one message goes on. */
  private final long budget;

  private final ContextRuntime context;

  @GuardedBy("this")
  private final Map<ConversationId, PartialMessage> parts = new LinkedHashMap<>();

  @GuardedBy("this")
  private final ArrayDeque<Runnable> sends = new ArrayDeque<>();

  private volatile long held;

  @GuardedBy("this")
  private PartialMessage turn; // the message that had the turn at the last look

  @GuardedBy("this")
  private long turned; // when it got the turn, as System.nanoTime

  @GuardedBy("this")
  private int turnedAt; // the number of its bytes that had come by then

  Reassembly(ContextRuntime context) {
    this(context, Limits.UNFINISHED_IN_TURN);
  }

  /** Makes one with another budget, for tests. */
  Reassembly(ContextRuntime context, long budget) {
    this.context = context;
    this.budget = budget;
  }

  /** Adds a frame; returns the message if it is complete now, else null. */
  Message add(Link in, byte[] b, int at, int length) {
    Message m = MessageRouter.message(in, b, at, Header.SIZE);
    int n = length - Header.SIZE;
    PartialMessage part;
    boolean more = (m.flags & Header.MORE) != 0;
    boolean begins = (m.flags & Header.FIRST) != 0;
    int charge;
    synchronized (this) {
      if (begins) {
        part = begin(m, ReceiveBuffer.of(b, at + Header.SIZE, n, context.router.isParent(m.auth)));
      } else {
        part = piece(m, n, more);
      }
      charge = part == null ? 0 : part.toCharge(CHARGED);
    }
    if (charge > 0 && !context.blame.charge(in, Resource.UNFINISHED, m.src, charge)) {
      refuse(part, charge);
    }
    if (begins) {
      send();
      return more ? null : MessageRouter.message(in, b, at, length);
    }
    if (part != null) {
      if (part.wanted) {
        part.segments.add(b, at + Header.SIZE, n);
      }
      took(part, more);
    }
    send();
    if (part == null) {
      return more ? null : MessageRouter.message(in, b, at, length);
    } else if (more) {
      return null;
    } else if (part.refused) {
      String why = "too much is unfinished in " + context.router.name;
      EndCause cause = new EndCause(EndCause.OVERLOAD, why);
      context.routing.dead(in, m.src, m.replyTo, cause);
      byte[][] payload = Disconnects.dead(m.src, m.auth, m.handle, cause).pieces;
      return new Message(in, m.src, m.auth, m.handle, m.replyTo, Header.DEAD, payload);
    }
    return new Message(in, m.src, m.auth, m.handle, m.replyTo, 0, part.segments.arrays());
  }

  /** Drops the fragments of a message. Its sender may go on, and gets an error at its end. */
  private synchronized void refuse(PartialMessage part, int charge) {
    if (parts.get(part.key) == part) {
      count(-part.held());
    }
    part.wanted = false;
    part.refused = true;
    part.charged -= charge;
    context.blame.release(part.in, Resource.UNFINISHED, part.charged);
    part.charged = 0;
    part.segments = null;
  }

  @GuardedBy("this")
  private PartialMessage begin(Message m, ReceiveBuffer segments) {
    boolean trusted = context.router.isParent(m.auth);
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
    ConversationId key = new ConversationId(m.src, m.handle, m.replyTo);
    LinkState state = LinkState.of(context, m.from);
    if (state.begun >= Limits.UNFINISHED_MESSAGES || parts.containsKey(key)) {
      throw new IllegalArgumentException("one more unfinished message from " + m.src);
    }
    boolean wanted = context.router.handlers.containsKey(m.handle);
    PartialMessage part = new PartialMessage(m.from, key, segments, trusted, wanted);
    for (PartialMessage other : parts.values()) {
      if (other.in == m.from && other.key.context == m.src) {
        part.turns = Math.max(part.turns, other.turns);
      }
    }
    parts.put(key, part);
    state.begun++;
    count(part.held());
    return part;
  }

  @GuardedBy("this")
  @SuppressWarnings("NonAtomicVolatileUpdate") // read at any time, written while this is locked
  private void count(int bytes) {
    held += bytes;
  }

  /** Counts a piece; null where there is no message to which it belongs. */
  @GuardedBy("this")
  private PartialMessage piece(Message m, int n, boolean more) {
    PartialMessage part = parts.get(new ConversationId(m.src, m.handle, m.replyTo));
    if (part == null || part.in != m.from) {
      if (more && !m.dead()) {
        throw new IllegalArgumentException("a piece without a beginning from " + m.src);
      }
      return null;
    }
    if (m.dead()) {
      if (more) {
        drop(part); // its sender gave up
      } // else it overtook pieces, which are still to come
      return null;
    }
    int size = part.size + n;
    if (size > part.total || more == (size == part.total) || n == 0) {
      throw new IllegalArgumentException(
          "pieces of " + size + " bytes for a message of " + part.total + " from " + m.src);
    }
    if (size > part.allowed + Limits.LONG_SLACK) {
      throw new IllegalArgumentException(m.src + " sends more than it was given credit for");
    }
    count(-part.held());
    part.size = size;
    part.owed += n;
    count(part.held());
    return part;
  }

  private synchronized void took(PartialMessage part, boolean more) {
    if (more) {
      grant(part, held < budget ? part : first());
    } else {
      if (part == turn) {
        state(part).turns = 0; // it was given a turn, and has used it
      }
      drop(part);
    }
  }

  @GuardedBy("this")
  private void drop(PartialMessage part) {
    if (parts.remove(part.key, part)) {
      state(part).begun--;
      context.blame.release(part.in, Resource.UNFINISHED, part.charged);
      part.charged = 0;
      boolean full = isFull();
      count(-part.held());
      if (full) {
        grantAll();
      }
    }
  }

  // ---- which message may go on

  /** The message that gets credit in any case; null if there is none. */
  @GuardedBy("this")
  private PartialMessage first() {
    PartialMessage first = null;
    for (PartialMessage part : parts.values()) {
      if (part.wanted && (first == null || isAhead(part, first))) {
        first = part;
      }
    }
    return first;
  }

  /** Order: fewest expired turns of the link, then of the sender, then the oldest message. */
  @GuardedBy("this")
  private boolean isAhead(PartialMessage part, PartialMessage first) {
    int links = state(part).turns - state(first).turns;
    return links < 0 || (links == 0 && part.turns < first.turns);
  }

  private LinkState state(PartialMessage part) {
    return LinkState.of(context, part.in);
  }

  /**
   * The turn of a message has expired: other messages get credit. If no fragment of it came in its
   * turn, all that is held for its link is charged to the link.
   */
  @GuardedBy("this")
  private void next(PartialMessage late) {
    state(late).turns++;
    boolean stands = late.size == turnedAt;
    for (PartialMessage part : parts.values()) {
      if (part.in == late.in) {
        if (part.key.context == late.key.context) {
          part.turns++;
        }
        int charge = stands ? part.toCharge(Integer.MAX_VALUE) : 0;
        if (charge > 0) {
          sends.add(new Charge(part, charge));
        }
      }
    }
    grantAll();
  }

  @GuardedBy("this")
  private void grantAll() {
    PartialMessage first = first();
    for (PartialMessage part : parts.values()) {
      grant(part, first);
    }
  }

  /** Gives the sender of a long message credit, unless too much is held and it has no turn. */
  @GuardedBy("this")
  private void grant(PartialMessage part, PartialMessage first) {
    if (part.owed < Limits.LONG_WINDOW / 4 || (part.wanted && held >= budget && part != first)) {
      return;
    }
    int give = Math.min(part.owed, part.total - part.allowed); // no credit is left at its end
    part.owed = 0;
    if (give > 0) {
      part.allowed += give;
      ConversationId key = part.key;
      ConversationId to =
          new ConversationId(
              key.context, key.handle, key.replyTo == 0 ? FragmentedSend.ORDERED : key.replyTo);
      sends.add(new Give(to, give));
    }
  }

  /** Whether messages may wait for their turn: then {@link #look} is to be called regularly. */
  boolean isFull() {
    return held >= budget;
  }

  /** Looks whether the turn of the current message has expired. */
  void look() {
    look(System.nanoTime());
  }

  void look(long now) {
    synchronized (this) {
      PartialMessage first = isFull() ? first() : null;
      if (first != turn) {
        turn = first;
        turned = now;
        turnedAt = first == null ? 0 : first.size;
      } else if (first != null && now - turned > Limits.TURN_NANOS) {
        next(first);
      }
    }
    send();
  }

  /** Contexts are gone: drops their incomplete messages. */
  void gone(Collection<Integer> sources) {
    synchronized (this) {
      for (PartialMessage part : new ArrayList<>(parts.values())) {
        if (sources.contains(part.key.context)) {
          drop(part);
        }
      }
    }
    send();
  }

  void gone(int source) {
    gone(Collections.singleton(source));
  }

  /** A link has ended: drops its incomplete messages. */
  void ended(Link in) {
    synchronized (this) {
      for (PartialMessage part : new ArrayList<>(parts.values())) {
        if (part.in == in) {
          drop(part);
        }
      }
    }
    send();
  }

  // ---- credit and charges, which are sent without the lock

  private void send() {
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
  }

  private synchronized Runnable next() {
    return sends.poll();
  }

  private final class Give implements Runnable {
    private final ConversationId to;
    private final int bytes;

    Give(ConversationId to, int bytes) {
      this.to = to;
      this.bytes = bytes;
    }

    @Override
    public void run() {
      context.credits.give(to, bytes);
    }
  }

  private final class Charge implements Runnable {
    private final PartialMessage part;
    private final int bytes;

    Charge(PartialMessage part, int bytes) {
      this.part = part;
      this.bytes = bytes;
    }

    @Override
    public void run() {
      if (!context.blame.charge(part.in, Resource.UNFINISHED, part.key.context, bytes)) {
        uncharge(part, bytes);
      }
    }
  }

  /** A charge was refused: it must not be released when the message is dropped. */
  private synchronized void uncharge(PartialMessage part, int bytes) {
    part.charged -= bytes;
    if (parts.get(part.key) != part) { // it was dropped meanwhile, and all of it released
      context.blame.release(part.in, Resource.UNFINISHED, part.charged);
      part.charged = 0;
    }
  }
}
