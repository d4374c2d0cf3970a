package org.mitogen4j.logging.log4j;

import org.apache.logging.log4j.Level;

/** Converts between the levels of Log4j and those of java.util.logging. */
final class Levels {
  /** The levels, from the most detailed to the least detailed one. */
  static final Level[] MOST_FIRST = {Level.TRACE, Level.DEBUG, Level.INFO, Level.WARN, Level.ERROR};

  private Levels() {}

  static java.util.logging.Level ofJava(Level level) {
    int value = level.intLevel();
    if (value <= Level.OFF.intLevel()) {
      return java.util.logging.Level.OFF;
    } else if (value <= Level.ERROR.intLevel()) {
      return java.util.logging.Level.SEVERE;
    } else if (value <= Level.WARN.intLevel()) {
      return java.util.logging.Level.WARNING;
    } else if (value <= Level.INFO.intLevel()) {
      return java.util.logging.Level.INFO;
    } else if (value <= Level.DEBUG.intLevel()) {
      return java.util.logging.Level.FINE;
    }
    return java.util.logging.Level.FINEST;
  }

  static Level ofLog4j(java.util.logging.Level level) {
    int value = level.intValue();
    if (value >= java.util.logging.Level.SEVERE.intValue()) {
      return Level.ERROR;
    } else if (value >= java.util.logging.Level.WARNING.intValue()) {
      return Level.WARN;
    } else if (value >= java.util.logging.Level.CONFIG.intValue()) {
      return Level.INFO;
    } else if (value >= java.util.logging.Level.FINER.intValue()) {
      return Level.DEBUG;
    }
    return Level.TRACE;
  }
}
