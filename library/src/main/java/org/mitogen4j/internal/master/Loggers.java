package org.mitogen4j.internal.master;

/** The names of the loggers that are the library's own. No context logs to one of them. */
public final class Loggers {
  /** Warnings of the library. */
  public static final String LIBRARY = "org.mitogen4j";

  /** Which classes went to which contexts, and why. */
  public static final String CLASSES = LIBRARY + ".classes";

  /** Each frame of each link. */
  public static final String FRAMES = LIBRARY + ".frames";

  /** Records of contexts whose own logger is reserved, or one too many. */
  public static final String RECORDS = LIBRARY + ".records";

  /** Above the loggers of what contexts print. */
  public static final String OUTPUT = LIBRARY + ".output";

  private Loggers() {}

  /**
   * The logger of what is printed to a stream.
   *
   * @param context the context's name, or null for the logger that contexts share
   */
  public static String output(String context, String stream) {
    return context == null ? OUTPUT + "." + stream : OUTPUT + "." + context + "." + stream;
  }

  /** Whether a context may not log to a logger of that name. */
  public static boolean isReserved(String name) {
    return name.equals(LIBRARY)
        || name.equals(CLASSES)
        || name.equals(FRAMES)
        || name.equals(RECORDS)
        || name.equals(OUTPUT)
        || name.startsWith(OUTPUT + ".");
  }
}
