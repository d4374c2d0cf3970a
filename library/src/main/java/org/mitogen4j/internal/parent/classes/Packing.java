package org.mitogen4j.internal.parent.classes;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Class files as they travel; {@link org.mitogen4j.internal.kernel.ClassCache} is its mirror. */
public final class Packing {
  /** The best one takes nearly twice the time, for 1 % less. */
  private static final int LEVEL = 6;

  private Packing() {}

  /** An int, the size, and the class file deflated with the kernel image as the dictionary. */
  public static byte[] pack(byte[] classFile, byte[] dictionary) {
    byte[] deflated = deflate(classFile, dictionary);
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

  public static byte[] deflate(byte[] plain, byte[] dictionary) {
    Deflater deflater = new Deflater(LEVEL, true);
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
