package org.mitogen4j.internal.parent.classes;

/** Guesses whether a class calls {@code Runtime.halt} or {@code System.exit}. */
public final class ProcessEnd {
  private static final ConstantTexts NAMES = ConstantTexts.equal("halt", "exit");

  private ProcessEnd() {}

  /** Whether a class file has the name of a method that ends the process. */
  public static boolean isIn(byte[] classFile) {
    return NAMES.isIn(classFile);
  }
}
