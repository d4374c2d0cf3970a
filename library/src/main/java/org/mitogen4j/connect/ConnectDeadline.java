package org.mitogen4j.connect;

import java.time.Duration;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/**
 * The moment up to which a connection method may talk with its program. It is a little ahead of the
 * connect timeout, so that the error of a start is the one that tells what the program said.
 * Immutable.
 */
final class ConnectDeadline {
  /** The most milliseconds ahead of the connect timeout. */
  private static final long AHEAD_MILLIS = 300;

  private final Duration timeout;
  private final long nanos;

  /** The deadline for a start that begins now. */
  ConnectDeadline(Duration connectTimeout) {
    timeout = connectTimeout;
    long millis = connectTimeout.toMillis();
    long ahead = Math.min(millis / 10, AHEAD_MILLIS);
    nanos = System.nanoTime() + connectTimeout.minusMillis(ahead).toNanos();
  }

  boolean isOver() {
    return System.nanoTime() - nanos > 0;
  }

  /**
   * The failure of a start that took too long.
   *
   * @param said what the program said, with what separates it from the words ahead; may be empty
   */
  StartException exceeded(String said) {
    return new StartException(
        Reason.TIMEOUT,
        "no sign of life within the connect timeout of "
            + timeout.toMillis()
            + " ms, which connectTimeout() sets"
            + said);
  }
}
