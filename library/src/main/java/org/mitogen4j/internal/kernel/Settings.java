package org.mitogen4j.internal.kernel;

/**
 * The index of each setting in the array that a context starts with. A parent passes its own array
 * to its children, and changes the settings that differ for each context.
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

  /**
   * Long: milliseconds between two heartbeats. Different for a child whose line to this context
   * finds out itself that an end is silent: negative. The heartbeat leaves its parent alone then.
   */
  public static final int HEARTBEAT_MILLIS = 5;

  /** Integer: the most threads that serve calls of services. */
  public static final int SERVICE_THREADS = 6;

  /**
   * Array of Strings: packages that children have on their own class path. Left out when there are
   * none.
   */
  public static final int PROVIDED_PACKAGES = 7;

  /**
   * Array of Strings: the class path on which the child finds these packages. Different for each
   * context; left out when {@link #PROVIDED_PACKAGES} is.
   */
  public static final int CLASS_PATH = 8;

  /** Integer: milliseconds that the end of a context may take. Left out when it is the default. */
  public static final int END_MILLIS = 9;

  /**
   * Boolean: whether contexts that seem to hang log a dump of their threads. Left out when {@link
   * #END_MILLIS} is.
   */
  public static final int HANG_DUMPS = 10;

  /**
   * Long: bytes of classes and resources that a context keeps; 0 for the default. Left out when it
   * is the default.
   */
  public static final int CACHE_LIMIT = 11;

  private Settings() {}
}
