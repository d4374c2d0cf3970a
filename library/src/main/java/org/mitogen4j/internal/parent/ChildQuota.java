package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.Limits;

/** What a direct child asks for, and what it was given: so that none asks for too much. */
final class ChildQuota {
  @GuardedBy("this")
  private int waiting;

  @GuardedBy("this")
  private int reserved;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private final List<int[]> blocks = new ArrayList<>();

  /** A request comes in; false when there are too many that wait. */
  synchronized boolean begin() {
    return ++waiting <= Limits.WAITING_REQUESTS;
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
    return reserved < Limits.ID_BLOCKS && ++reserved > 0;
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
}
