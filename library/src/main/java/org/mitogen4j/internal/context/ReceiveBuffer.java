package org.mitogen4j.internal.context;

import java.util.Arrays;
import org.mitogen4j.internal.kernel.Header;

/**
 * The payload of a long message while it arrives. Its sender says where in it long byte arrays
 * begin and end: each is received into an array of its own, which its reader need not copy then.
 */
final class ReceiveBuffer {
  /** The most segments of a message. */
  static final int MAX = 65;

  /** The size of the whole. */
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
   * @param b where their sizes are, an int each
   * @param trusted whether memory may be taken for bytes before they are here
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

  /** Takes what comes next: no more than {@link #total} bytes in all. */
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
   * The current array.
   *
   * @param least the bytes that it has room for at least
   */
  private byte[] room(int least) {
    byte[] array = arrays[current];
    int size = sizes[current];
    if (array.length < least) {
      long ahead = trusted ? size : 2L * array.length; // no more than came, of others
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
