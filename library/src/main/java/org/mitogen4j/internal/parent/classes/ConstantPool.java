package org.mitogen4j.internal.parent.classes;

/** The layout of the constants in a class file (JVMS 4.4). */
public final class ConstantPool {
  /** The tag of a text, which has its own length. */
  public static final int TEXT = 1;

  private static final int LONG = 5;
  private static final int DOUBLE = 6;

  private static final byte[] SIZES = {
    0, 0, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2
  };

  private ConstantPool() {}

  /**
   * The number of bytes of a constant behind its tag; not for texts.
   *
   * @throws IndexOutOfBoundsException when there is no such tag
   */
  public static int size(int tag) {
    int size = SIZES[tag];
    if (size == 0) {
      throw new IndexOutOfBoundsException("there is no constant with the tag " + tag);
    }
    return size;
  }

  /** The number of positions that a constant takes in the pool. */
  public static int positions(int tag) {
    return tag == LONG || tag == DOUBLE ? 2 : 1;
  }
}
