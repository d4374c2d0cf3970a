package org.mitogen4j.internal.context;

import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.Link;

/** A long message whose last piece has not come yet. Guarded by its {@link Reassembly}. */
final class PartialMessage {
  final Link in;
  final ConversationId key;
  final int total;

  /** Whether its pieces are kept; if not, only its end is noted. */
  volatile boolean wanted;

  /** Whether its pieces are not kept because too much is held already. */
  volatile boolean refused;

  /** Whether it comes from a parent. */
  private final boolean trusted;

  /** Its bytes; used by the reading thread only. */
  ReceiveBuffer segments;

  int size;

  /** Bytes that came and for which its sender has not got credit yet. */
  int owed;

  /** Bytes that its sender may send in all, with the credit that it was given. */
  int allowed = Limits.LONG_WINDOW;

  /** Bytes charged to its link. */
  int charged;

  /** How many turns its sender has let expire, with this message or another. */
  int turns;

  PartialMessage(
      Link in, ConversationId key, ReceiveBuffer segments, boolean trusted, boolean wanted) {
    this.in = in;
    this.key = key;
    this.segments = segments;
    this.trusted = trusted;
    this.wanted = wanted;
    total = (int) segments.total;
  }

  /** The bytes of memory that it takes: for the pieces that came, not for those announced. */
  int held() {
    return wanted ? size + Limits.UNFINISHED_COST : 0;
  }

  /** Returns the bytes still to be charged to its link, up to {@code most} in all; notes them. */
  int toCharge(int most) {
    int charge = trusted ? 0 : Math.max(0, Math.min(held(), most) - charged);
    charged += charge;
    return charge;
  }
}
