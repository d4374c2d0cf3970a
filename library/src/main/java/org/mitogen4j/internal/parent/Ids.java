package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.mitogen4j.MitogenException;
import org.mitogen4j.internal.context.Limits;
import org.mitogen4j.internal.context.ReadingThread;
import org.mitogen4j.internal.kernel.BlockingRequest;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.MessageRouter;

/** The ids that a context can give: the master has all, others ask their parent for blocks. */
public final class Ids {
  static final int BLOCK = 1000;

  private final MessageRouter router;

  /** Held while the parent is asked; nothing else waits for it then. */
  private final Object asking = new Object();

  @GuardedBy("this")
  private int next;

  @GuardedBy("this")
  private int last;

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

  /** One for a child of this context; may wait for the parent. */
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
      id = here(); // a thread that asked meanwhile got many
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

  private synchronized int here() {
    return next == last ? 0 : next++;
  }

  /** What is to be asked for. */
  Encoder size() {
    Encoder e = new Encoder(router, true);
    e.varint(BLOCK);
    return e;
  }

  /**
   * The first of a block, as the parent sends it.
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

  /** The first of a block for a child; in the master only. */
  synchronized int block() {
    if (next > last - BLOCK) {
      throw new DeadException(new EndCause(EndCause.REFUSED, "no context ids are left"));
    }
    next += BLOCK;
    return next - BLOCK;
  }

  /**
   * Whether children may have one more block: each context keeps one that it can get for itself.
   */
  synchronized boolean reserve() {
    int depth = router.parents.length;
    return depth == 0 || (given < Limits.ID_BLOCKS - depth && ++given > 0);
  }
}
