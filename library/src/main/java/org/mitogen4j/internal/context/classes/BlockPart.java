package org.mitogen4j.internal.context.classes;

import java.io.IOException;
import java.util.Arrays;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * A part of an unpacked block, which is read from its beginning to its end. Uses no java.io
 * streams: in a JVM that has just started, these take several times as long. Reading beyond the end
 * throws an {@link IndexOutOfBoundsException}. For one thread.
 */
final class BlockPart {
  private final byte[] bytes;
  private int at;

  BlockPart(byte[] bytes) {
    this.bytes = bytes;
  }

  int u1() {
    return bytes[at++] & 255;
  }

  int u2() {
    return u1() << 8 | u1();
  }

  int varint() throws IOException {
    int v = 0;
    for (int shift = 0; shift < 32; shift += 7) {
      int b = u1();
      v |= (b & 127) << shift;
      if (b < 128) {
        return v;
      }
    }
    throw new IOException("a number of more than five bytes");
  }

  /** The bytes up to the next 0, which is left out. */
  byte[] upToZero() {
    int start = at;
    while (bytes[at] != 0) {
      at++;
    }
    return Arrays.copyOfRange(bytes, start, at++);
  }

  /** Copies the next bytes. */
  void copy(int length, Encoder to) {
    if (length < 0 || length > bytes.length - at) {
      throw new IndexOutOfBoundsException(length + " bytes");
    }
    to.raw(bytes, at, length);
    at += length;
  }
}
