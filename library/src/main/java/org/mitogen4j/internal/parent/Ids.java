package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.mitogen4j.MitogenException;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.BlockingRequest;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The ids that a context can give to its children. The master has all; other contexts ask their
 * parent for blocks of {@link #BLOCK}.
 */
public final class Ids {
  static final int BLOCK = 1000;

  private final MessageRouter router;

  /** Held while the parent is asked, so that one thread asks at a time. */
  private final Object asking = new Object();

  @GuardedBy("this")
  private int next;

  /** The end of the ids that are here, exclusive. */
  @GuardedBy("this")
  private int last;

  /** The blocks that children have got. */
  @GuardedBy("this")
  private int given;

  Ids(MessageRouter router) {
    this.router = router;
    if (isRoot()) {
      next = 1;
      last = Integer.MAX_VALUE;
    }
  }

  boolean isRoot() {
    return router.parents.length == 0;
  }

  /**
   * Takes an id for a child of this context. Blocks while the parent is asked.
   *
   * @throws DeadException when no ids are left
   */
  public int one() {
    int id = here();
    if (id > 0) {
      return id;
    }
    if (isRoot()) {
      throw new DeadException(new EndCause(EndCause.REFUSED, "no context ids are left"));
    }
    assert ReadingThread.isNot("wait for ids");
    synchronized (asking) {
      id = here(); // another thread may have got a block meanwhile
      if (id > 0) {
        return id;
      }
      int first =
          first(new Decoder(router, new BlockingRequest(router).ask(Handle.ALLOCATE, size())));
      synchronized (this) {
        next = first + 1;
        last = first + BLOCK;
      }
      return first;
    }
  }

  /** The next id of those that are here; 0 for none. */
  private synchronized int here() {
    return next == last ? 0 : next++;
  }

  /** The body of a request for a block. */
  Encoder size() {
    Encoder e = new Encoder(router, true);
    e.varint(BLOCK);
    return e;
  }

  /**
   * Reads the first id of a block from the parent's answer.
   *
   * @throws MitogenException when it is no id that can be given
   */
  int first(Decoder d) {
    long first = d.left() == 0 ? -1 : d.varint();
    if (first <= 0 || first > Integer.MAX_VALUE - BLOCK) {
      throw new MitogenException(
          "can't read the answer of context "
              + router.parents[0]
              + ": ids from 1 on should have come, but "
              + first
              + " came");
    }
    return (int) first;
  }

  /** Takes a block for a child, and returns its first id; for the master only. */
  synchronized int block() {
    if (next > last - BLOCK) {
      throw new DeadException(new EndCause(EndCause.REFUSED, "no context ids are left"));
    }
    next += BLOCK;
    return next - BLOCK;
  }

  /**
   * Counts a block for a child; false when children have got all that they may have. Each level
   * gives its children one block less than its parent gives, so that it can get one for itself.
   */
  synchronized boolean reserve() {
    int depth = router.parents.length;
    return depth == 0 || (given < Limits.ID_BLOCKS - depth && ++given > 0);
  }
}
