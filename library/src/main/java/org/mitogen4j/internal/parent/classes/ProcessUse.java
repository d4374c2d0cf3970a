package org.mitogen4j.internal.parent.classes;

import org.mitogen4j.internal.parent.classes.ClassFile.Member;
import org.mitogen4j.internal.parent.classes.ClassFile.Reference;

/**
 * Guesses what a class does to its process that a child must be prepared for before it runs the
 * class: what it prints is to arrive although it ends the process, and it is to see the environment
 * variables of the account, and to start programs with them.
 */
public final class ProcessUse {
  private static final ConstantTexts ENDS = ConstantTexts.equal("halt", "exit", "main");

  /** Methods that start a program or read environment variables; and a class. */
  private static final ConstantTexts ENVIRONMENT =
      ConstantTexts.equal("exec", "getenv", "java/lang/ProcessBuilder");

  private static final String MAIN = "main([Ljava/lang/String;)V";

  private ProcessUse() {}

  /**
   * Whether code in a class file may end the process: by itself, or by the main method of a program
   * that it calls. Code in a main method of its own does not count, since few functions call one.
   */
  public static boolean endsProcess(byte[] bytes) {
    try {
      return ENDS.isIn(bytes) && endsProcess(new ClassFile(bytes));
    } catch (IllegalArgumentException e) {
      return true; // a newer format than ClassFile knows
    }
  }

  private static boolean endsProcess(ClassFile file) {
    for (Member method : file.members.values()) {
      if (method.hasCode() && !method.key().equals(MAIN)) {
        for (Reference used : file.references(method)) {
          if (endsProcess(used)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean endsProcess(Reference used) {
    boolean names = "exit".equals(used.name) || "halt".equals(used.name);
    boolean ends =
        names && (used.owner.equals("java.lang.System") || used.owner.equals("java.lang.Runtime"));
    return ends || used.name != null && used.key().equals(MAIN);
  }

  /** Whether a class file names what starts a program or reads environment variables. */
  public static boolean usesEnvironment(byte[] classFile) {
    return ENVIRONMENT.isIn(classFile);
  }
}
