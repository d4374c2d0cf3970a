package org.mitogen4j.logging.log4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;

/**
 * Writes the log records and output of contexts with Log4j 2. The thread context has the context as
 * {@code mitogen.context}, its thread as {@code mitogen.thread}, and its time in milliseconds since
 * 1970 as {@code mitogen.time}.
 */
public final class Log4jBackend implements LogBackend {
  private static final String PREFIX = "mitogen.";

  /** Made by ServiceLoader. */
  public Log4jBackend() {}

  @Override
  public boolean isLoggable(String logger, Level level) {
    return LogManager.getLogger(logger).isEnabled(Levels.ofLog4j(level));
  }

  @SuppressWarnings("try") // the context of the thread ends with the block
  @Override
  public void log(ContextLogRecord record) {
    Logger logger = LogManager.getLogger(record.getLoggerName());
    try (CloseableThreadContext.Instance ignored =
        CloseableThreadContext.putAll(record.diagnostics())
            .put(PREFIX + "context", String.valueOf(record.context()))
            .put(PREFIX + "thread", record.threadName())
            .put(PREFIX + "time", String.valueOf(record.getMillis()))) {
      logger.log(
          Levels.ofLog4j(record.getLevel()),
          marker(record.markers()),
          (Object) record.getMessage(), // an object, so that {} in it are no parameters
          record.getThrown());
    }
  }

  /** The first name is the marker's, the others are its parents'. */
  private static Marker marker(List<String> names) {
    Marker marker = null;
    for (String name : names) {
      if (marker == null) {
        marker = new MarkerManager.Log4jMarker(name); // MarkerManager would keep it for ever
      } else {
        marker.addParents(new MarkerManager.Log4jMarker(name));
      }
    }
    return marker;
  }

  @Override
  public Map<String, Level> levels() {
    Map<String, Level> levels = new HashMap<>();
    try {
      Object context = LogManager.getContext(false);
      Object configuration = context.getClass().getMethod("getConfiguration").invoke(context);
      Class<?> type = Class.forName("org.apache.logging.log4j.core.config.Configuration");
      Map<?, ?> loggers = (Map<?, ?>) type.getMethod("getLoggers").invoke(configuration);
      for (Map.Entry<?, ?> logger : loggers.entrySet()) {
        Object level = logger.getValue().getClass().getMethod("getLevel").invoke(logger.getValue());
        levels.put((String) logger.getKey(), Levels.ofJava((org.apache.logging.log4j.Level) level));
      }
    } catch (ReflectiveOperationException | ClassCastException other) {
      // another implementation than Log4j's own
    }
    levels.computeIfAbsent("", root -> Levels.ofJava(LogManager.getRootLogger().getLevel()));
    return levels;
  }
}
