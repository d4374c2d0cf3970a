package org.mitogen4j.internal.parent.classes;

/** Finds calls of {@code Runtime.halt} and {@code System.exit} in class files. A guess. */
final class ProcessEnd {
  /** A text of four letters in a constant pool: its tag, its length, its letters. */
  private static final byte[][] NAMES = {
    {1, 0, 4, 'h', 'a', 'l', 't'},
    {1, 0, 4, 'e', 'x', 'i', 't'}
  };

  private ProcessEnd() {}

  /** Whether a class file has the name of a method that ends the process. */
  static boolean isIn(byte[] classFile) {
    for (int at = 0; at <= classFile.length - NAMES[0].length; at++) {
      if (classFile[at] == 1 && (isAt(classFile, at, NAMES[0]) || isAt(classFile, at, NAMES[1]))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] classFile, int at, byte[] name) {
    int i = 0;
    while (i < name.length && classFile[at + i] == name[i]) {
      i++;
    }
    return i == name.length;
  }
}
