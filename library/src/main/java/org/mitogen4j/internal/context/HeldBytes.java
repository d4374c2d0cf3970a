package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of one {@link Resource} that are charged to one link, and a sample of the contexts
 * behind that link that sent them.
 */
final class HeldBytes {
  /** How many of the latest sources are remembered. */
  private static final int SAMPLES = 64;

  /** A source is noted each time that the quota divided by this has come. */
  private static final int SAMPLES_OF_QUOTA = 256;

  final AtomicLong bytes = new AtomicLong();

  @GuardedBy("this")
  private int[] sources; // null while little is held

  @GuardedBy("this")
  private int noted;

  @GuardedBy("this")
  private long sinceNoted;

  @GuardedBy("this")
  private boolean relays;

  /** The highest level that was reported; written while this is locked, read at any time. */
  volatile int reported;

  /** Bytes refused since the quota was full. */
  @GuardedBy("this")
  long refused;

  /** Notes where bytes came from, so that each source appears about as often as it has bytes. */
  @GuardedBy("this")
  void note(int peer, int source, long n, long quota) {
    sinceNoted += n;
    if (sources == null || sinceNoted >= quota / SAMPLES_OF_QUOTA) {
      if (sources == null) {
        sources = new int[SAMPLES];
      }
      sources[noted++ % SAMPLES] = source;
      sinceNoted = 0;
      relays |= source != peer;
    }
  }

  /** Whether contexts behind the other end sent some of it. */
  @GuardedBy("this")
  boolean relays() {
    return relays;
  }

  @GuardedBy("this")
  int[] sources() {
    return Arrays.copyOf(sources, Math.min(noted, SAMPLES));
  }

  /** Forgets the sample and the reports: much less than the quota is held. */
  @GuardedBy("this")
  void relax() {
    sources = null;
    noted = 0;
    relays = false;
    reported = 0;
    refused = 0;
  }
}
