package org.mitogen4j.internal.kernel;

/**
 * The index of each value in the array with which a context announces itself to the contexts above
 * it.
 */
public final class Hello {
  /** Integer: the context's id. */
  public static final int ID = 0;

  /** Integer: the id of its parent. */
  public static final int PARENT = 1;

  /** String: its Java version. */
  public static final int JAVA_VERSION = 2;

  /** String: the account that it runs as. */
  public static final int USER = 3;

  /** Integer: the id of its process. */
  public static final int PID = 4;

  /** String: its name. Added by its parent, which gave the name. */
  public static final int NAME = 5;

  /** String: the connection method that started it. Added by its parent. */
  public static final int METHOD = 6;

  private Hello() {}
}
