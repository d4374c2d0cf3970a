package org.mitogen4j;

import java.time.Duration;

/** Times to wait in nanoseconds: what is longer than anybody lives is shortened to a century. */
final class Timeouts {
  private static final Duration CENTURY = Duration.ofDays(36_525);

  private Timeouts() {}

  /** The nanoseconds of a duration, 0 for a negative one. */
  static long of(Duration time) {
    if (time.isNegative()) {
      return 0;
    }
    return (time.compareTo(CENTURY) < 0 ? time : CENTURY).toNanos();
  }
}
