package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends the levels of the master's loggers to the contexts that log: when they ask, and within a
 * second of a change. Logging APIs announce no changes, so the levels are compared four times a
 * second while there is such a context. A context that asks more often than that gets one answer at
 * each comparison.
 */
final class LogLevels extends Handler {
  private static final long LOOK_MILLIS = 250;
  private static final long[] NONE = {};

  /** The most handles of a context that are kept, and that are answered at once. */
  private static final int MOST_HANDLES = 2;

  /**
   * The most bytes of levels in a message, so that it fits a frame; deeper loggers are left out.
   */
  private static final int MAX_TABLE = Header.MAX_PAYLOAD - (1 << 12);

  private final ContextRuntime context;
  private final Parent parent;
  private final LogSink sink;

  /**
   * The two latest handles for answers of each context that asked, by the context's id: one for its
   * loggers and one for its log of classes.
   */
  private final Map<Integer, long[]> asking = new ConcurrentHashMap<>();

  /** The contexts in {@link #asking} that have not got the latest levels. */
  private final Set<Integer> waiting = ConcurrentHashMap.newKeySet();

  /** Whether the next comparison is scheduled. */
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Whether an answer at once is scheduled, for a context that asked for the first time. */
  private final AtomicBoolean dueAtOnce = new AtomicBoolean();

  /** The levels that were sent last. */
  @GuardedBy("this")
  private Map<String, Integer> sent = Collections.emptyMap();

  LogLevels(ContextRuntime context, Parent parent, LogSink sink) {
    this.context = context;
    this.parent = parent;
    this.sink = sink;
    peer = ANYBODY;
  }

  @Override
  public void receive(Message m) {
    if (!m.dead() && m.replyTo != 0 && parent.known.containsKey(m.src)) {
      long[] first = {m.replyTo};
      long[] before = asking.getOrDefault(m.src, NONE);
      asking.merge(m.src, first, (old, now) -> new long[] {old[old.length - 1], now[0]});
      waiting.add(m.src);
      if (before.length < MOST_HANDLES && dueAtOnce.compareAndSet(false, true)) {
        schedule(0);
      }
      if (looking.compareAndSet(false, true)) {
        schedule(LOOK_MILLIS);
      }
    }
  }

  private void schedule(long millis) {
    try {
      parent.schedule(millis == 0 ? this::look : this::lookAgain, millis, TimeUnit.MILLISECONDS);
    } catch (DeadException closed) {
      // no context needs levels any more
    }
  }

  private void lookAgain() {
    looking.set(false);
    asking.keySet().retainAll(parent.known.keySet());
    if (!asking.isEmpty() && looking.compareAndSet(false, true)) {
      look();
      schedule(LOOK_MILLIS);
    }
  }

  /** Sends the levels to all contexts that have not got the latest ones. */
  private synchronized void look() {
    dueAtOnce.set(false);
    Map<String, Integer> levels = sink.levels();
    if (!levels.equals(sent)) {
      sent = levels;
      waiting.addAll(asking.keySet());
    }
    List<Integer> ids = new ArrayList<>(waiting);
    for (int id : ids) {
      waiting.remove(id);
      for (long handle : asking.getOrDefault(id, NONE)) {
        send(id, handle, levels);
      }
    }
  }

  /** The levels as they travel to a context that has not asked for them yet. */
  byte[] ahead() {
    Encoder e = encode(sink.levels());
    return Arrays.copyOfRange(e.buf, Header.SIZE, e.len);
  }

  private Encoder encode(Map<String, Integer> levels) {
    Map<String, Integer> sorted =
        new TreeMap<>(
            Comparator.comparingLong((String name) -> name.chars().filter(c -> c == '.').count())
                .thenComparing(Comparator.naturalOrder()));
    sorted.putAll(levels);
    Encoder table = new Encoder(context.router, true);
    int count = 0;
    for (Map.Entry<String, Integer> level : sorted.entrySet()) {
      if (table.len + 3 * level.getKey().length() < MAX_TABLE) {
        table.text(level.getKey());
        table.zigzag(level.getValue());
        count++;
      }
    }
    Encoder e = new Encoder(context.router, true);
    e.varint(System.currentTimeMillis());
    e.varint(count);
    Packing.copy(table.buf, Header.SIZE, table.len, e);
    return e;
  }

  private void send(int id, long handle, Map<String, Integer> levels) {
    Encoder e = encode(levels);
    Link way = context.routing.way(id);
    if (way != null && context.routing.isOverdrawn(way, id, e.len)) {
      return; // it does not read
    }
    try {
      context.router.send(id, handle, 0, e, 0, false);
    } catch (DeadException gone) {
      asking.remove(id);
    }
  }
}
