package org.mitogen4j.internal.context.resources;

/**
 * A Bloom filter of the names of all classes, resources and folders of a program, with twelve bits
 * for each name. It tells whether the program has nothing of a name, or may have something. For
 * less than one in a hundred absent names it wrongly says that the program may have it. Immutable.
 */
public final class NameFilter {
  /** The hash of no characters, before it is mixed (FNV-1a). */
  public static final long START = 0xcbf29ce484222325L;

  /** Further characters are added to a hash, each by an exclusive or and this factor. */
  public static final long FACTOR = 0x100000001b3L;

  private static final int BITS_OF_NAME = 12;

  /** The fewest bits for each name: with fewer, the filter is wrong about too many absent names. */
  private static final int LEAST_BITS = 5;

  private static final int MIN_BYTES = 200;
  private static final int MAX_BYTES = 60_000;

  /** The number of bits that are set for each name. */
  private static final int PROBES = 6;

  private final byte[] bits;

  public NameFilter(byte[] bits) {
    this.bits = bits;
  }

  /**
   * Makes a filter.
   *
   * @param hashes of names with slashes, as resources have them
   * @return the bits for the constructor; null when there are too many names
   */
  public static byte[] of(long[] hashes) {
    long wanted = (long) hashes.length * BITS_OF_NAME / Byte.SIZE;
    long size = Math.max(MIN_BYTES, Math.min(MAX_BYTES, wanted));
    if (size * Byte.SIZE < (long) hashes.length * LEAST_BITS) {
      return null;
    }
    byte[] bits = new byte[(int) size];
    for (long hash : hashes) {
      for (int i = 0; i < PROBES; i++) {
        int bit = bit(hash, i, bits.length);
        bits[bit >> 3] |= (byte) (1 << (bit & 7));
      }
    }
    return bits;
  }

  /** Whether the program may have something of that name; false when it certainly has nothing. */
  public boolean mayHave(String name) {
    long hash = hash(name);
    for (int i = 0; i < PROBES; i++) {
      int bit = bit(hash, i, bits.length);
      if ((bits[bit >> 3] & 1 << (bit & 7)) == 0) {
        return false;
      }
    }
    return true;
  }

  private static int bit(long hash, int probe, int bytes) {
    long step = hash >>> 32 | 1;
    return (int) Long.remainderUnsigned(hash + probe * step, (long) bytes * Byte.SIZE);
  }

  /** The hash of a name. */
  public static long hash(String name) {
    long hash = START;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FACTOR;
    }
    return mix(hash);
  }

  /** Mixes a hash of all characters, so that all bits depend on all characters. */
  public static long mix(long ofCharacters) {
    long hash = ofCharacters ^ ofCharacters >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    return hash ^ hash >>> 33;
  }
}
