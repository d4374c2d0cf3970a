package org.mitogen4j.internal.context;

import java.util.Arrays;
import org.mitogen4j.internal.kernel.Header;

/**
 * The payload of a long message while it arrives. The sender gives the sizes of its segments: each
 * long byte array is a segment. A segment is received into an array of its own, which its reader
 * need not copy.
 */
final class ReceiveBuffer {
  /** The most segments of a message. */
  static final int MAX = 65;

  /** The size of the whole payload in bytes. */
  final long total;

  private final int[] sizes;
  private final boolean trusted;
  private final byte[][] arrays;
  private int current = -1;
  private int filled;

  private ReceiveBuffer(int[] sizes, long total, boolean trusted) {
    this.sizes = sizes;
    this.total = total;
    this.trusted = trusted;
    arrays = new byte[sizes.length][0];
  }

  /**
   * Makes a buffer.
   *
   * @param b the array that has the sizes of the segments, an int each
   * @param at the index of the first size
   * @param length the bytes of all sizes
   * @param trusted whether memory may be allocated for bytes before they come
   * @throws IllegalArgumentException when the sizes are malformed
   */
  static ReceiveBuffer of(byte[] b, int at, int length, boolean trusted) {
    int[] sizes = new int[Math.min(length / 4, MAX)];
    boolean good = length == 4 * sizes.length && length > 0;
    long total = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Header.getInt(b, at + 4 * i);
      good &= sizes[i] >= 0;
      total += sizes[i];
    }
    if (!good) {
      throw new IllegalArgumentException("a message of segments " + Arrays.toString(sizes));
    }
    return new ReceiveBuffer(sizes, total, trusted);
  }

  /** Adds the next bytes: no more than {@link #total} in all. */
  void add(byte[] b, int off, int n) {
    for (int at = off, end = off + n; at < end; ) {
      while (current < 0 || filled == sizes[current]) {
        filled = 0;
        current++;
      }
      int k = Math.min(end - at, sizes[current] - filled);
      System.arraycopy(b, at, room(filled + k), filled, k);
      filled += k;
      at += k;
    }
  }

  /**
   * The array of the current segment.
   *
   * @param least the least number of bytes that it must have room for
   */
  private byte[] room(int least) {
    byte[] array = arrays[current];
    int size = sizes[current];
    if (array.length < least) {
      long ahead = trusted ? size : 2L * array.length; // untrusted: at most as much as has come
      array = Arrays.copyOf(array, (int) Math.min(size, Math.max(least, ahead)));
      arrays[current] = array;
    }
    return array;
  }

  /** All bytes, once all have come. */
  byte[][] arrays() {
    return arrays;
  }
}
