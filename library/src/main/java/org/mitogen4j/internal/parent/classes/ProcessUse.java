package org.mitogen4j.internal.parent.classes;

import org.mitogen4j.internal.parent.classes.ClassFile.Member;
import org.mitogen4j.internal.parent.classes.ClassFile.Reference;

/**
 * What a class does to its process that a child must be prepared for before it runs the class, as
 * far as its class file shows. What comes later in this list needs all that comes before it.
 */
public enum ProcessUse {
  /** It does neither. */
  NONE,

  /**
   * It names what starts a program or reads environment variables: it is to see those of the
   * account.
   */
  ENVIRONMENT,

  /**
   * It may end the process: by itself, or by the main method of a program that it calls. What it
   * has printed is to arrive all the same. Code in a main method of its own does not count, since
   * few functions call one.
   */
  ENDS;

  private static final ConstantTexts OF_ENDS = ConstantTexts.equal("halt", "exit", "main");

  /** Methods that start a program or read environment variables; and a class. */
  private static final ConstantTexts OF_ENVIRONMENT =
      ConstantTexts.equal("exec", "getenv", "java/lang/ProcessBuilder");

  private static final String MAIN = "main([Ljava/lang/String;)V";

  /** Guesses what a class does. */
  public static ProcessUse of(byte[] classFile) {
    if (endsProcess(classFile)) {
      return ENDS;
    }
    return OF_ENVIRONMENT.isIn(classFile) ? ENVIRONMENT : NONE;
  }

  private static boolean endsProcess(byte[] classFile) {
    try {
      return OF_ENDS.isIn(classFile) && endsProcess(new ClassFile(classFile));
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
}
