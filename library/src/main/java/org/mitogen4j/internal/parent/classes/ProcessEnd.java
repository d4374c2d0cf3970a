package org.mitogen4j.internal.parent.classes;

/** Finds calls of {@code Runtime.halt} and {@code System.exit} in class files. A guess. */
final class ProcessEnd {
  private static final ConstantTexts NAMES = ConstantTexts.equal("halt", "exit");

  private ProcessEnd() {}

  /** Whether a class file has the name of a method that ends the process. */
  static boolean isIn(byte[] classFile) {
    return NAMES.isIn(classFile);
  }
}
