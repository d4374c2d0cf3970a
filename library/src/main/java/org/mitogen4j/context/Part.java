package org.mitogen4j.context;

import org.mitogen4j.kernel.Stream;

/** A long message of which pieces are still to come. Guarded by its {@link Assembly}. */
final class Part {
  final Stream in;
  final Key key;
  final int total;

  /** Whether somebody waits for it; else only its end is told. */
  final boolean wanted;

  /** Whether it comes from a parent. */
  final boolean trusted;

  /** Its bytes; the reading thread's own. */
  final Segments segments;

  int size;

  /** Bytes for which no credit was given yet. */
  int owed;

  /** Bytes that its sender can send in all, by the credit that it has. */
  int allowed = Assembly.WINDOW;

  /** How often its sender had a turn, with this or another, and did not use it up. */
  int turns;

  Part(Stream in, Key key, Segments segments, boolean trusted, boolean wanted) {
    this.in = in;
    this.key = key;
    this.segments = segments;
    this.trusted = trusted;
    this.wanted = wanted;
    total = (int) segments.total;
  }

  /** The memory that it takes. */
  int held() {
    return wanted ? Math.max(size, Math.min(total, Segments.UNTRUSTED)) : 0;
  }

  /** How much of that its sender is to blame for: took without being given credit, or leaves. */
  int blame() {
    return trusted ? 0 : turns > 0 ? held() : Math.min(held(), Assembly.WINDOW + Assembly.SLACK);
  }
}
