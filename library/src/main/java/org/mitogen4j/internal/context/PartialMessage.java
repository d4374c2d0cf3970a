package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.Link;

/** A long message of which pieces are still to come. Guarded by its {@link Reassembly}. */
final class PartialMessage {
  final Link in;
  final ConversationId key;
  final int total;

  /** Whether its pieces are kept; else only its end is told. */
  volatile boolean wanted;

  /** Whether its pieces are not kept for too much is held already. */
  volatile boolean refused;

  /** Whether it comes from a parent. */
  private final boolean trusted;

  /** Its bytes; the reading thread's own. */
  ReceiveBuffer segments;

  int size;

  /** Bytes for which no credit was given yet. */
  int owed;

  /** Bytes that its sender can send in all, by the credit that it has. */
  int allowed = Limits.LONG_WINDOW;

  /** Bytes charged to its link. */
  int charged;

  /** How often its sender had a turn, with this or another, and did not use it up. */
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

  /** The memory that it takes: of what has come, whatever it says will come. */
  int held() {
    return wanted ? size + Limits.UNFINISHED_COST : 0;
  }

  /** Notes that what it takes is charged to its link, but no more than some; returns the rest. */
  int toCharge(int most) {
    int charge = trusted ? 0 : Math.max(0, Math.min(held(), most) - charged);
    charged += charge;
    return charge;
  }
}
