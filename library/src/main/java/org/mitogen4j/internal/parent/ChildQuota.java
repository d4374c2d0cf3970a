package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.bounds.Limits;

/** The requests that a direct child waits for, and the id blocks that it has got, with limits. */
final class ChildQuota {
  @GuardedBy("this")
  private int waiting;

  @GuardedBy("this")
  private int reserved;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private final List<int[]> blocks = new ArrayList<>();

  /** Counts a request that came in; false when more than {@link Limits#WAITING_REQUESTS} wait. */
  synchronized boolean begin() {
    return ++waiting <= Limits.WAITING_REQUESTS;
  }

  /** Counts a request that was answered. */
  synchronized void done() {
    waiting--;
  }

  /** Notes that the child sent its final request; false when it had sent one before. */
  synchronized boolean last() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /** Counts an id block before it is taken; false when the child has had all its blocks. */
  synchronized boolean reserve() {
    return reserved < Limits.ID_BLOCKS && ++reserved > 0;
  }

  /**
   * Notes that the child may use the ids of a block.
   *
   * @param block the first id, and the one behind the last
   */
  synchronized void give(int[] block) {
    blocks.add(block);
  }

  /** Whether an id is in one of the child's blocks. */
  synchronized boolean has(int id) {
    for (int[] block : blocks) {
      if (id >= block[0] && id < block[1]) {
        return true;
      }
    }
    return false;
  }
}
