package org.mitogen4j.internal.master;

/** The names of the library's own loggers. Log records of contexts never go to one of them. */
public final class Loggers {
  /** Warnings of the library. */
  public static final String LIBRARY = "org.mitogen4j";

  /** The classes that were sent, to which contexts, and why. */
  public static final String CLASSES = LIBRARY + ".classes";

  /** Each frame of each link. */
  public static final String FRAMES = LIBRARY + ".frames";

  /**
   * Log records of contexts that logged to a reserved logger, or to more loggers than the master
   * keeps.
   */
  public static final String RECORDS = LIBRARY + ".records";

  /** The parent of all loggers of printed lines. */
  public static final String OUTPUT = LIBRARY + ".output";

  private Loggers() {}

  /**
   * The logger of the lines that a context prints to a stream.
   *
   * @param context the context's name; null for the logger that contexts without a name share
   */
  public static String output(String context, String stream) {
    return context == null ? OUTPUT + "." + stream : OUTPUT + "." + context + "." + stream;
  }

  /** Whether log records of contexts may not go to a logger of that name. */
  public static boolean isReserved(String name) {
    return name.equals(LIBRARY)
        || name.equals(CLASSES)
        || name.equals(FRAMES)
        || name.equals(RECORDS)
        || name.equals(OUTPUT)
        || name.startsWith(OUTPUT + ".");
  }
}
