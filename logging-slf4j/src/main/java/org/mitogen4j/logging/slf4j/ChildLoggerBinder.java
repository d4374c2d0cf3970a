package org.mitogen4j.logging.slf4j;

import org.slf4j.ILoggerFactory;

/** What SLF4J 1.7 is bound to in children, where it has the name StaticLoggerBinder. */
public final class ChildLoggerBinder {
  /** SLF4J compares it with its own version. Not final, so that compilers do not copy it. */
  @SuppressWarnings("checkstyle:StaticVariableName")
  public static String REQUESTED_API_VERSION = "1.6.99";

  private static final ChildLoggerBinder SINGLETON = new ChildLoggerBinder();

  private final ILoggerFactory loggers = new ChildLoggerFactory();

  private ChildLoggerBinder() {}

  /** Called by SLF4J. */
  public static ChildLoggerBinder getSingleton() {
    return SINGLETON;
  }

  /** Called by SLF4J. */
  public ILoggerFactory getLoggerFactory() {
    return loggers;
  }

  /** Called by SLF4J. */
  public String getLoggerFactoryClassStr() {
    return ChildLoggerFactory.class.getName();
  }
}
