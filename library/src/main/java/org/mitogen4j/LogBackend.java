package org.mitogen4j;

import java.util.Map;
import java.util.logging.Level;

/**
 * Where in the master the log records and the output of contexts go. By default that is {@code
 * java.util.logging}; the first backend that {@link java.util.ServiceLoader} finds on the program's
 * class path takes its place, and {@link Router#logTo} sets one.
 *
 * <p>Levels are those of java.util.logging. {@link #isLoggable} and {@link #log} are called by one
 * thread of the router, which may block in them: contexts that log wait then. {@link #levels} may
 * be called by another at the same time, about four times a second.
 */
public interface LogBackend {
  /**
   * Whether a record of this logger and level would be written.
   *
   * @param logger the logger's name
   * @param level one of those of java.util.logging
   */
  boolean isLoggable(String logger, Level level);

  /**
   * Writes a record, under its logger's name.
   *
   * @param record of a context; printed lines are records, too
   */
  void log(ContextLogRecord record);

  /**
   * The levels that are set, by the names of their loggers; the root logger's name is "". Contexts
   * apply them, so that records below these levels are neither formatted nor sent. Loggers that are
   * not named have the level of the next one above them.
   *
   * @return neither null, nor with null in it
   */
  Map<String, Level> levels();
}
