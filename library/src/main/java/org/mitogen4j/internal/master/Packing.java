package org.mitogen4j.internal.master;

import java.util.Arrays;
import java.util.zip.Deflater;

/** Class files as they travel; {@link org.mitogen4j.internal.kernel.ClassCache} is its mirror. */
final class Packing {
  private Packing() {}

  /** An int, the size, and the class file deflated with the kernel image as the dictionary. */
  static byte[] pack(byte[] classFile, byte[] dictionary) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setDictionary(dictionary);
      deflater.setInput(classFile);
      deflater.finish();
      byte[] packed = new byte[classFile.length + classFile.length / 100 + 64];
      int size = classFile.length;
      for (int i = 0; i < 4; i++) {
        packed[i] = (byte) (size >> (24 - 8 * i));
      }
      int n = 4;
      while (!deflater.finished()) {
        n += deflater.deflate(packed, n, packed.length - n);
      }
      return Arrays.copyOf(packed, n);
    } finally {
      deflater.end();
    }
  }
}
