package org.mitogen4j.internal.kernel;

/** Where each value stands in the array with which a context announces itself to those above. */
public final class Hello {
  /** Integer: the context's id. */
  public static final int ID = 0;

  /** Integer: the id of its parent. */
  public static final int PARENT = 1;

  /** String: its Java version. */
  public static final int JAVA_VERSION = 2;

  /** String: the account that it runs in. */
  public static final int USER = 3;

  /** Integer: the id of its process. */
  public static final int PID = 4;

  /** String: its name. Only from its parent on, which gave it. */
  public static final int NAME = 5;

  /** String: the connection method that started it. Only from its parent on. */
  public static final int METHOD = 6;

  private Hello() {}
}
