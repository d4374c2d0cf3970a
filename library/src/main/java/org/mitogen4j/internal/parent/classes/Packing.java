package org.mitogen4j.internal.parent.classes;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Packs single class files for sending; {@link org.mitogen4j.internal.kernel.ClassCache} unpacks
 * them.
 */
public final class Packing {
  /** The level while nobody waits. The best level takes twice the time, for 1 % less. */
  public static final int SMALL = 6;

  /** The level while a child waits: half the time, for 6 % more. */
  public static final int FAST = 3;

  private Packing() {}

  /** Packs a class file: an int, its size, and its bytes deflated with the dictionary. */
  public static byte[] pack(byte[] classFile, byte[] dictionary) {
    byte[] deflated = deflate(classFile, dictionary, SMALL);
    return ByteBuffer.allocate(4 + deflated.length).putInt(classFile.length).put(deflated).array();
  }

  /** Unpacks a class file that was packed with the same dictionary. */
  public static byte[] unpack(byte[] packed, byte[] dictionary) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(dictionary);
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] classFile = new byte[ByteBuffer.wrap(packed).getInt()];
      if (inflater.inflate(classFile) < classFile.length) {
        throw new IllegalArgumentException("the packed class file ends early");
      }
      return classFile;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException(e);
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
      byte[] packed = new byte[plain.length + plain.length / 100 + 64];
      int n = 0;
      while (!deflater.finished()) {
        n += deflater.deflate(packed, n, packed.length - n);
      }
      return Arrays.copyOf(packed, n);
    } finally {
      deflater.end();
    }
  }
}
