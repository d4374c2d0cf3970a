package org.mitogen4j.internal.context;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** What of one {@link Resource} is held because of one link, and of which contexts behind it. */
final class HeldBytes {
  /** How many of the latest sources are remembered. */
  private static final int SAMPLES = 64;

  /** A source is noted each time that this part of the quota has come. */
  private static final int SAMPLES_OF_QUOTA = 256;

  final AtomicLong bytes = new AtomicLong();

  // guarded by this
  private int[] sources; // null until much is held
  private int noted;
  private long sinceNoted;
  private boolean relays;

  /** The last level that was reported. */
  int reported;

  /** Bytes refused since the quota was full. */
  long refused;

  /** Notes where bytes came from, so that each source appears about as often as it has bytes. */
  void note(int peer, int source, long n, long quota) { // this is held
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

  /** Whether contexts behind the other end hold some of it. */
  boolean relays() { // this is held
    return relays;
  }

  int[] sources() { // this is held
    return Arrays.copyOf(sources, Math.min(noted, SAMPLES));
  }

  /** It is no longer near its quota. */
  void relax() { // this is held
    sources = null;
    noted = 0;
    relays = false;
    reported = 0;
    refused = 0;
  }
}
