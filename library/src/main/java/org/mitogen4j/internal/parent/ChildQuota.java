package org.mitogen4j.internal.parent;

import java.util.ArrayList;
import java.util.List;

/** What a direct child asks for, and what it was given: so that none asks for too much. */
final class ChildQuota {
  private static final int MAX_WAITING = 1024;
  static final int MAX_BLOCKS = 1000;
  private static final int MAX_CONTEXTS = 200_000;

  // guarded by this
  private int waiting;
  private int contexts;
  private int reserved;
  private boolean ended;
  private final List<int[]> blocks = new ArrayList<>();

  /** A request comes in; false when there are too many that wait. */
  synchronized boolean begin() {
    return ++waiting <= MAX_WAITING;
  }

  synchronized void done() {
    waiting--;
  }

  /** Whether this is the first time that it says that nothing more comes. */
  synchronized boolean last() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /** Asked before ids are taken for it; false when it has had its share. */
  synchronized boolean reserve() {
    return reserved < MAX_BLOCKS && ++reserved > 0;
  }

  /** Ids from, inclusive, and to, exclusive. */
  synchronized void give(int[] block) {
    blocks.add(block);
  }

  synchronized boolean has(int id) {
    for (int[] block : blocks) {
      if (id >= block[0] && id < block[1]) {
        return true;
      }
    }
    return false;
  }

  /** One more context behind it, that it started itself; false when there are too many. */
  synchronized boolean enter() {
    return contexts < MAX_CONTEXTS && ++contexts > 0;
  }

  synchronized void leave() {
    contexts--;
  }
}
