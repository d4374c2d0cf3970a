package org.mitogen4j;

import java.time.Duration;

/** Converts durations to nanoseconds; one of more than a century counts as a century. */
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
