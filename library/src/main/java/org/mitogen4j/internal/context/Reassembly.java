package org.mitogen4j.internal.context;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Puts the pieces of long messages together, those of all streams. While much is being assembled
 * one message at a time goes on, the oldest first. So what is held of those that honest senders
 * begin at the same time is bounded, however many; who begins more and more is cut off.
 *
 * <p>Reading threads use it: they hold its lock while they count, not while they copy or send.
 */
final class Reassembly {
  /** What a sender may send of one message before it hears from the receiver. */
  static final int WINDOW = 1 << 19;

  /** The last piece may overdraw the credit; and credit of the message before may come late. */
  static final int SLACK = WINDOW;

  /** More messages than these no stream begins without finishing one. */
  private static final int MAX_PARTS = 4096;

  /** Whose message is not complete after so long loses its turn. */
  private static final long TURN_NANOS = 10_000_000_000L;

  private static final long HEAP = Runtime.getRuntime().maxMemory();

  /** Received pieces of unfinished messages beyond which only one message goes on. */
  private final long budget;

  /** What may be held of unfinished messages in any case. */
  private final long maxHeld;

  /** And what may be, unless one context has an eighth of it. */
  private final long much;

  private final ContextRuntime context;

  // guarded by this
  private final Map<ConversationId, PartialMessage> parts = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> sends = new ArrayDeque<>();
  private volatile long held;
  private PartialMessage turn; // whose turn it was when look looked last
  private long turned; // since when, as System.nanoTime

  Reassembly(ContextRuntime context) {
    this(context, HEAP / 4, HEAP / 2);
  }

  /** For tests of the bounds. */
  Reassembly(ContextRuntime context, long budget, long maxHeld) {
    this.context = context;
    this.budget = budget;
    this.maxHeld = maxHeld;
    much = Math.min(512L << 20, maxHeld);
  }

  /** Takes a message as a frame brought it; the whole one once it is complete, else null. */
  Message add(Link in, byte[] b, int at, int length) {
    Message m = MessageRouter.message(in, b, at, Header.SIZE);
    int n = length - Header.SIZE;
    PartialMessage part;
    boolean more = (m.flags & Header.MORE) != 0;
    synchronized (this) {
      if ((m.flags & Header.FIRST) != 0) {
        begin(m, ReceiveBuffer.of(b, at + Header.SIZE, n, context.router.isParent(m.auth)));
        part = null;
      } else {
        part = piece(m, n, more);
      }
    }
    if (part != null) {
      if (part.wanted) {
        part.segments.add(b, at + Header.SIZE, n);
      }
      took(part, more);
    }
    send();
    if (part != null) {
      return more
          ? null
          : new Message(in, m.src, m.auth, m.handle, m.replyTo, 0, part.segments.arrays());
    }
    return more ? null : MessageRouter.message(in, b, at, length);
  }

  private void begin(Message m, ReceiveBuffer segments) { // this is held
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
    LinkState link = LinkState.of(context, m.from);
    if (link.begun >= MAX_PARTS || parts.containsKey(key)) {
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
    link.begun++;
    held += part.held();
    shed();
  }

  /** Counts a piece; null where there is no message to which it belongs. */
  private PartialMessage piece(Message m, int n, boolean more) { // this is held
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
      } // else pieces that it overtook are still to come
      return null;
    }
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
    return part;
  }

  private synchronized void took(PartialMessage part, boolean more) {
    if (more) {
      grant(part, held < budget ? part : first());
      shed();
    } else {
      drop(part);
    }
  }

  private void drop(PartialMessage part) { // this is held
    if (parts.remove(part.key, part)) {
      LinkState link = link(part);
      if (--link.begun == 0) {
        link.turns = 0;
      }
      boolean full = isFull();
      held -= part.held();
      if (full) {
        grantAll();
      }
    }
  }

  // ---- who may go on

  /** Which message goes on in any case; null where there is none. */
  private PartialMessage first() { // this is held
    PartialMessage first = null;
    for (PartialMessage part : parts.values()) {
      if (part.wanted && (first == null || isAhead(part, first))) {
        first = part;
      }
    }
    return first;
  }

  /** Links take turns, and behind a link those who send; else who began first is first. */
  private boolean isAhead(PartialMessage part, PartialMessage first) { // this is held
    int links = link(part).turns - link(first).turns;
    return links < 0 || (links == 0 && part.turns < first.turns);
  }

  private LinkState link(PartialMessage part) {
    return LinkState.of(context, part.in);
  }

  /** A message was not complete when its time was over: others go on, of whoever sends it last. */
  private void next(PartialMessage late) { // this is held
    link(late).turns++;
    for (PartialMessage part : parts.values()) {
      if (part.in == late.in && part.key.context == late.key.context) {
        part.turns++;
      }
    }
    grantAll();
  }

  private void grantAll() { // this is held
    PartialMessage first = first();
    for (PartialMessage part : parts.values()) {
      grant(part, first);
    }
  }

  /** Lets the sender of a long message go on, unless too much is being assembled already. */
  private void grant(PartialMessage part, PartialMessage first) { // this is held
    if (part.owed < WINDOW / 4 || (part.wanted && held >= budget && part != first)) {
      return;
    }
    int give = Math.min(part.owed, part.total - part.allowed); // none is left over for the next
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

  /** Whether some may have to wait: then {@link #look} is to be called from time to time. */
  boolean isFull() {
    return held >= budget;
  }

  /** Looks whether it is the next one's turn. */
  void look() {
    look(System.nanoTime());
  }

  void look(long now) {
    synchronized (this) {
      PartialMessage first = isFull() ? first() : null;
      if (first != turn) {
        turn = first;
        turned = now;
      } else if (first != null && now - turned > TURN_NANOS) {
        next(first);
      }
    }
    send();
  }

  // ---- who may not

  /** Cuts off who is to blame for most, where that is too much. */
  private void shed() { // this is held
    if (held <= much) {
      return;
    }
    PartialMessage first = first(); // it may go on
    Map<Link, long[]> streams = new HashMap<>();
    long all = 0;
    for (PartialMessage part : parts.values()) {
      if (part != first) {
        all += part.blame();
        sum(streams, part.in, part.blame());
      }
    }
    Link in = most(streams);
    Map<Integer, long[]> contexts = new HashMap<>();
    for (PartialMessage part : parts.values()) {
      if (part != first && part.in == in) {
        sum(contexts, part.key.context, part.blame());
      }
    }
    Integer greediest = most(contexts);
    if (greediest != null
        && (all > maxHeld || (all > much && contexts.get(greediest)[0] > much / 8))) {
      forget(greediest);
      sends.add(new Cut(in, greediest));
    }
  }

  private static <K> void sum(Map<K, long[]> sums, K key, long bytes) {
    long[] sum = sums.get(key);
    if (sum == null) {
      sums.put(key, sum = new long[1]);
    }
    sum[0] += bytes;
  }

  private static <K> K most(Map<K, long[]> sums) {
    K key = null;
    long most = 0;
    for (Map.Entry<K, long[]> e : sums.entrySet()) {
      if (e.getValue()[0] > most) {
        most = e.getValue()[0];
        key = e.getKey();
      }
    }
    return key;
  }

  private void forget(int source) { // this is held
    for (PartialMessage part : new ArrayList<>(parts.values())) {
      if (part.key.context == source) {
        drop(part);
      }
    }
  }

  /** Contexts are gone: their messages will not be finished. */
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

  /** Nothing more comes by a stream. */
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

  // ---- what is sent without the lock

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

  private final class Cut implements Runnable {
    private final Link in;
    private final int id;

    Cut(Link in, int id) {
      this.in = in;
      this.id = id;
    }

    @Override
    public void run() {
      String why = id + " begins more long messages than it ends";
      context.departures.cut(in, id, Disconnects.BAD + why);
    }
  }
}
