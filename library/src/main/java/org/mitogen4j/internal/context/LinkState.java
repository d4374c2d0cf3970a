package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.kernel.Link;

/** What a context knows of one of its streams beyond the bytes. */
final class LinkState {
  private static final int MAX_TALKED = 10_000;
  private static final int MAX_WARNINGS = 100;

  /** What may wait for one stream of one context's messages: that is over a hundred windows. */
  static final long MAX_QUEUED = Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** While less waits nobody's is counted; and nobody is to blame for a share that is smaller. */
  static final long COUNTED = MAX_QUEUED / 16;

  static final int NOBODY = -1;

  /** Stands for the other end of the stream. */
  static final int RECEIVER = -2;

  /** What may wait for one stream. */
  static final long MAX_PENDING =
      Math.min(Integer.MAX_VALUE / 4, Runtime.getRuntime().maxMemory() / 4);

  /** Many small shares that wait together are the fault of who does not take them. */
  static final long MAX_PENDING_SMALL = MAX_PENDING / 4 * 5;

  /**
   * Contexts elsewhere to which something went from behind the stream, so that it is told of their
   * end; and whether that was a question, so that their answers are not their fault.
   */
  private final Map<Integer, Boolean> talked = new ConcurrentHashMap<>();

  // the heartbeat thread's own: what it saw last, and when, by its own clock
  long heard;
  long silentSince;
  long direct;
  long directSince;
  boolean ending;

  /** Whether it is to be asked for a sign of life, and was not yet. */
  volatile boolean unasked;

  /** Long messages that were begun and not ended; guarded by the {@link Reassembly}. */
  int begun;

  /** How often one of them was late with its turn; guarded by the {@link Reassembly}. */
  int turns;

  /** How many windows waited when it was looked last; exact enough without a lock. */
  private volatile int windows;

  /** A context that what comes in may act for, besides those behind the stream; -1 for none. */
  volatile int authority = -1;

  /** Whether a message was refused: that is logged once. */
  volatile boolean refused;

  /** Whether so many were talked to that they are not counted: then it is told of every end. */
  private volatile boolean talkative;

  /** How often contexts behind it were cut off: the first of many are logged. */
  private final AtomicInteger warnings = new AtomicInteger();

  /** About the bytes that wait for the stream, by who is to blame. */
  private final Map<Integer, long[]> queued = new HashMap<>(); // guarded by itself

  private long all; // the sum of them, guarded by queued

  /** Whether one more warning about contexts behind it is of use. */
  boolean mayWarn() {
    return warnings.get() < MAX_WARNINGS && warnings.incrementAndGet() <= MAX_WARNINGS;
  }

  /** Notes that something goes to a context elsewhere, and whether an answer is wanted. */
  void talks(int dst, boolean asks) {
    Boolean asked = talkative ? Boolean.TRUE : talked.get(dst);
    if (asked == null || (asks && !asked)) {
      talked.put(dst, asks);
      if (talked.size() > MAX_TALKED) {
        talkative = true;
        talked.clear();
      }
    }
  }

  /** Contexts elsewhere to which something went. */
  Set<Integer> talked() {
    return talked.keySet();
  }

  /** Whether a context elsewhere was asked something. */
  boolean hasAsked(int src) {
    return talkative || talked.getOrDefault(src, false);
  }

  /** Those of the contexts that are gone of which the other end must hear. */
  List<Integer> forget(Collection<Integer> gone) {
    if (talked.isEmpty() && !talkative) {
      return new ArrayList<>(); // as of most, where each of a thousand children ends
    }
    List<Integer> known = new ArrayList<>(gone);
    if (!talkative) {
      known.retainAll(talked.keySet());
      talked.keySet().removeAll(known);
    }
    return known;
  }

  /** Whether a window more waits than at the last look: then it is time to look at all links. */
  boolean grows(int pending) {
    int before = windows;
    windows = pending / Credits.WINDOW;
    return windows > before;
  }

  /**
   * Counts what is passed on to the stream.
   *
   * @param culprit whose credit ought to bound it
   * @param pending all that is queued
   * @return whose share is too large; {@link #NOBODY} while nobody's is
   */
  int overdrawn(int culprit, int bytes, int pending) {
    synchronized (queued) {
      if (pending < COUNTED) {
        queued.clear();
        all = 0;
        return NOBODY;
      }
      long[] sum = queued.get(culprit);
      if (sum == null) {
        queued.put(culprit, sum = new long[1]);
      }
      sum[0] += bytes;
      all += bytes;
      if (all > 2L * pending) {
        halve(); // half of it, at least, was written meanwhile
      }
      if (sum[0] + COUNTED < MAX_QUEUED && pending < MAX_PENDING) {
        return NOBODY;
      }
      for (Map.Entry<Integer, long[]> e : queued.entrySet()) {
        if (e.getValue()[0] > sum[0]) {
          sum = e.getValue();
          culprit = e.getKey();
        }
      }
      if (sum[0] < COUNTED) {
        return pending < MAX_PENDING_SMALL ? NOBODY : RECEIVER;
      }
      queued.remove(culprit);
      all -= sum[0];
      return culprit;
    }
  }

  private void halve() { // queued is held
    all = 0;
    for (Iterator<long[]> i = queued.values().iterator(); i.hasNext(); ) {
      long[] sum = i.next();
      sum[0] /= 2;
      all += sum[0];
      if (sum[0] == 0) {
        i.remove();
      }
    }
  }

  static LinkState of(ContextRuntime context, Link stream) {
    LinkState link = (LinkState) stream.extension;
    if (link == null) {
      synchronized (stream) {
        link = (LinkState) stream.extension;
        if (link == null) {
          stream.extension = link = new LinkState();
        }
      }
    }
    return link;
  }
}
