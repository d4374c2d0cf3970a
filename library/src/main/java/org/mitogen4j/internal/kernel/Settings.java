package org.mitogen4j.internal.kernel;

/**
 * Where each setting stands in the array that a context starts with. A parent hands its own to its
 * children, with those changed that are different for each context.
 */
public final class Settings {
  /** Integer: the context's id. Different for each context. */
  public static final int ID = 0;

  /** Array of Integers: the ids of all contexts above, the parent first. Different for each. */
  public static final int PARENTS = 1;

  /** String: the context's name. Different for each. */
  public static final int NAME = 2;

  /** Integer: the most bytes of a message. */
  public static final int MESSAGE_LIMIT = 3;

  /** Boolean: whether contexts may only send upwards and downwards. */
  public static final int UNIDIRECTIONAL = 4;

  /** Long: milliseconds. */
  public static final int HEARTBEAT_MILLIS = 5;

  /** Integer: the most threads that serve calls of services. */
  public static final int SERVICE_THREADS = 6;

  /** Array of Strings: packages that children have by themselves. Only where there are some. */
  public static final int PROVIDED_PACKAGES = 7;

  /** Array of Strings: where the child finds them. Different for each; with the one above. */
  public static final int CLASS_PATH = 8;

  /** Integer: milliseconds that the end of a context may take. Only where it is not the default. */
  public static final int END_MILLIS = 9;

  /** Boolean: whether contexts that seem to hang log a dump. With the one above. */
  public static final int HANG_DUMPS = 10;

  private Settings() {}
}
