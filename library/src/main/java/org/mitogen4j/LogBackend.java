package org.mitogen4j;

import java.util.Map;
import java.util.logging.Level;

/**
 * Writes the log records and the output of all contexts, in the master. The default backend is
 * {@code java.util.logging}. The first backend that {@link java.util.ServiceLoader} finds on the
 * program's class path replaces it, and so does the one that {@link Router#logTo} sets.
 *
 * <p>Levels are those of java.util.logging. {@link #isLoggable} and {@link #log} are called by one
 * thread of the router, which may block in them: meanwhile contexts that log wait. {@link #levels}
 * may be called by another thread at the same time, about four times a second. No parameter is
 * null.
 */
public interface LogBackend {
  /**
   * Whether a record of this logger and level would be written.
   *
   * @param logger the logger's name
   * @param level one of those of java.util.logging
   * @return false to have the record dropped
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
   * @return a map that is not null and has no null keys or values
   */
  Map<String, Level> levels();
}
