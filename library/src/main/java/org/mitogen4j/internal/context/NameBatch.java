package org.mitogen4j.internal.context;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.mitogen4j.internal.kernel.Header;

/**
 * Many names of classes as one array of bytes: an int, the size of the lines that they are, and
 * these lines deflated with the kernel image as the dictionary. Each child is sent some hundred
 * classes of the library, which the contexts on the way have.
 */
final class NameBatch {
  /** The most bytes of the lines. */
  private static final int MAX_SIZE = 1 << 16;

  private NameBatch() {}

  /** Packs names; null when they are too long for one batch. */
  static byte[] pack(Collection<String> names, byte[] dictionary) {
    byte[] lines = String.join("\n", names).getBytes(StandardCharsets.UTF_8);
    if (lines.length > MAX_SIZE) {
      return null;
    }
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setDictionary(dictionary);
      deflater.setInput(lines);
      deflater.finish();
      byte[] packed = new byte[Header.MAX_PAYLOAD / 2]; // so that it fits one frame with its name
      int size = deflater.deflate(packed, 4, packed.length - 4);
      Header.putInt(packed, 0, lines.length);
      return deflater.finished() ? Arrays.copyOf(packed, 4 + size) : null;
    } finally {
      deflater.end();
    }
  }

  /**
   * Unpacks names.
   *
   * @throws IllegalArgumentException for anything else
   */
  static List<String> unpack(byte[] packed, byte[] dictionary) {
    int size = packed.length < 4 ? -1 : ByteBuffer.wrap(packed).getInt();
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException("names of " + size + " bytes");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(dictionary);
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] lines = new byte[size];
      if (inflater.inflate(lines) < size) {
        throw new IllegalArgumentException("names that are cut off");
      }
      return Arrays.asList(new String(lines, StandardCharsets.UTF_8).split("\n"));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("names that can't be unpacked: " + e, e);
    } finally {
      inflater.end();
    }
  }
}
