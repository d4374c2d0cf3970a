package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.Link;

/** A long message of which pieces are still to come. Guarded by its {@link Reassembly}. */
final class PartialMessage {
  final Link in;
  final ConversationId key;
  final int total;

  /** Whether somebody waits for it; else only its end is told. */
  final boolean wanted;

  /** Whether it comes from a parent. */
  final boolean trusted;

  /** Its bytes; the reading thread's own. */
  final ReceiveBuffer segments;

  int size;

  /** Bytes for which no credit was given yet. */
  int owed;

  /** Bytes that its sender can send in all, by the credit that it has. */
  int allowed = Reassembly.WINDOW;

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

  /** The memory that it takes. */
  int held() {
    return wanted ? Math.max(size, Math.min(total, ReceiveBuffer.UNTRUSTED)) : 0;
  }

  /** How much of that its sender is to blame for: took without being given credit, or leaves. */
  int blame() {
    return trusted
        ? 0
        : turns > 0 ? held() : Math.min(held(), Reassembly.WINDOW + Reassembly.SLACK);
  }
}
