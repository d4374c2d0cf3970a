package org.mitogen4j.internal.parent.classes;

import java.nio.charset.StandardCharsets;

/**
 * Looks for texts in the constant pools of class files (JVMS 4.4), such as names of classes,
 * methods and fields. Does not look at the rest of a class file.
 */
public final class ConstantTexts {
  private static final int POOL = 10; // the offset of the constant pool in bytes

  private final byte[][] wanted;
  private final boolean whole;

  /** Whether a wanted text begins with a letter, by letter. */
  private final boolean[] begins = new boolean[1 << Byte.SIZE];

  private ConstantTexts(boolean whole, String... wanted) {
    this.whole = whole;
    this.wanted = new byte[wanted.length][];
    for (int i = 0; i < wanted.length; i++) {
      this.wanted[i] = wanted[i].getBytes(StandardCharsets.US_ASCII);
      begins[this.wanted[i][0]] = true;
    }
  }

  /**
   * Looks for texts that begin with one of the given ones.
   *
   * @param wanted of ASCII letters
   */
  public static ConstantTexts beginning(String... wanted) {
    return new ConstantTexts(false, wanted);
  }

  /**
   * Looks for texts that are equal to one of the given ones.
   *
   * @param wanted of ASCII letters
   */
  public static ConstantTexts equal(String... wanted) {
    return new ConstantTexts(true, wanted);
  }

  /** Whether a class file has one of the texts; false for a class file that can't be read. */
  public boolean isIn(byte[] classFile) {
    try {
      int at = POOL;
      for (int left = u2(classFile, POOL - 2) - 1; left > 0; ) {
        int tag = classFile[at++];
        left -= ConstantPool.positions(tag);
        if (tag == ConstantPool.TEXT) {
          int size = u2(classFile, at);
          at += 2;
          if (size > 0 && begins[classFile[at] & 255] && isAt(classFile, at, size)) {
            return true;
          }
          at += size;
        } else {
          at += ConstantPool.size(tag);
        }
      }
      return false;
    } catch (IndexOutOfBoundsException e) {
      return false;
    }
  }

  private boolean isAt(byte[] classFile, int at, int size) {
    for (byte[] text : wanted) {
      int i = 0;
      while (i < text.length && i < size && classFile[at + i] == text[i]) {
        i++;
      }
      if (i == text.length && (!whole || i == size)) {
        return true;
      }
    }
    return false;
  }

  private static int u2(byte[] bytes, int at) {
    return (bytes[at] & 255) << 8 | bytes[at + 1] & 255;
  }
}
