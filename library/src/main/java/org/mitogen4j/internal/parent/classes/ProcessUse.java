package org.mitogen4j.internal.parent.classes;

/**
 * Guesses whether a function needs a full context because of what it does to its process: what it
 * prints is to arrive although it ends the process, and it is to see the environment variables of
 * the account, and to start programs with them.
 */
public final class ProcessUse {
  /** Methods that end the process, start another, or read environment variables; and a class. */
  private static final ConstantTexts NAMES =
      ConstantTexts.equal("halt", "exit", "exec", "getenv", "java/lang/ProcessBuilder");

  private ProcessUse() {}

  /** Whether a class file has one of the names. */
  public static boolean isIn(byte[] classFile) {
    return NAMES.isIn(classFile);
  }

  /** Whether a function of a class of the JDK is called directly, which can be any of these. */
  static boolean isFunctionOf(String className) {
    return className.startsWith("java.");
  }
}
