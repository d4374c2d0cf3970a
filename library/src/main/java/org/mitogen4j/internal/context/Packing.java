package org.mitogen4j.internal.context;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Packs bytes for sending, such as single class files, which {@link
 * org.mitogen4j.internal.kernel.ClassCache} unpacks.
 */
public final class Packing {
  /** The level while nobody waits. The best level takes twice the time, for 1 % less. */
  public static final int SMALL = 6;

  /** The level while a child waits: half the time, for 6 % more. */
  public static final int FAST = 3;

  /** The most plain bytes that one deflated byte can stand for (zlib's technical details). */
  private static final int MAX_RATIO = 1032;

  /** Bytes that are copied at a time: an encoder borrows a longer array. */
  private static final int PART = 1 << 13;

  private Packing() {}

  /** Copies bytes into a message, so that it is one frame if it fits. */
  public static void copy(byte[] from, int begin, int end, Encoder to) {
    for (int at = begin; at < end; at += PART) {
      to.raw(from, at, Math.min(PART, end - at));
    }
  }

  /** Packs bytes: an int, their number, and the bytes deflated with the dictionary. */
  public static byte[] pack(byte[] plain, byte[] dictionary) {
    byte[] deflated = deflate(plain, dictionary, SMALL);
    return ByteBuffer.allocate(4 + deflated.length).putInt(plain.length).put(deflated).array();
  }

  /**
   * Unpacks bytes that were packed with the same dictionary.
   *
   * @throws IllegalArgumentException when the bytes are cut off, damaged, or claim a size that
   *     deflate can't reach
   */
  public static byte[] unpack(byte[] packed, byte[] dictionary) {
    int size = packed.length < 4 ? -1 : ByteBuffer.wrap(packed).getInt();
    if (size < 0 || size > (long) MAX_RATIO * packed.length) {
      throw new IllegalArgumentException(
          packed.length + " packed bytes can't hold " + size + " plain bytes");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(dictionary);
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] plain = new byte[size];
      if (inflater.inflate(plain) < size) {
        throw new IllegalArgumentException(
            "the packed bytes end before the " + size + " plain bytes that they announce");
      }
      return plain;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("packed bytes that can't be unpacked: " + e, e);
    } finally {
      inflater.end();
    }
  }

  /**
   * Deflates with a dictionary.
   *
   * @param level of compression: {@link #SMALL} or {@link #FAST}
   */
  public static byte[] deflate(byte[] plain, byte[] dictionary, int level) {
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setDictionary(dictionary);
      deflater.setInput(plain);
      deflater.finish();
      byte[] packed = new byte[plain.length / 2 + 64];
      int n = deflater.deflate(packed);
      while (!deflater.finished()) {
        packed = Arrays.copyOf(packed, 2 * packed.length);
        n += deflater.deflate(packed, n, packed.length - n);
      }
      return Arrays.copyOf(packed, n);
    } finally {
      deflater.end();
    }
  }
}
