package org.mitogen4j.logging.slf4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Writes the log records and output of contexts with SLF4J, with any binding in the master. The MDC
 * has the context as {@code mitogen.context}, its thread as {@code mitogen.thread}, and its time in
 * milliseconds since 1970 as {@code mitogen.time}. The levels of Logback and Log4j 2 hold in
 * contexts; of other bindings only the level of the root logger.
 */
public final class Slf4jBackend implements LogBackend {
  private static final String PREFIX = "mitogen.";

  /** Made by ServiceLoader. */
  public Slf4jBackend() {}

  @Override
  public boolean isLoggable(String logger, Level level) {
    return isEnabled(LoggerFactory.getLogger(logger), level.intValue());
  }

  private static boolean isEnabled(Logger logger, int level) {
    if (level >= Level.SEVERE.intValue()) {
      return logger.isErrorEnabled();
    } else if (level >= Level.WARNING.intValue()) {
      return logger.isWarnEnabled();
    } else if (level >= Level.CONFIG.intValue()) {
      return logger.isInfoEnabled();
    } else if (level >= Level.FINER.intValue()) {
      return logger.isDebugEnabled();
    }
    return logger.isTraceEnabled();
  }

  @Override
  public void log(ContextLogRecord record) {
    String name = record.getLoggerName();
    Logger logger = LoggerFactory.getLogger(name.isEmpty() ? Logger.ROOT_LOGGER_NAME : name);
    Map<String, String> before = MDC.getCopyOfContextMap();
    try {
      for (Map.Entry<String, String> entry : record.diagnostics().entrySet()) {
        MDC.put(entry.getKey(), entry.getValue());
      }
      MDC.put(PREFIX + "context", String.valueOf(record.context()));
      MDC.put(PREFIX + "thread", record.threadName());
      MDC.put(PREFIX + "time", String.valueOf(record.getMillis()));
      log(logger, record, marker(record.markers()));
    } finally {
      if (before == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    }
  }

  @SuppressWarnings("deprecation") // in 2.0; 1.7 has nothing else
  private static Marker marker(List<String> names) {
    Marker marker = null;
    for (String name : names) {
      if (marker == null) {
        marker = MarkerFactory.getDetachedMarker(name);
      } else {
        marker.add(MarkerFactory.getDetachedMarker(name));
      }
    }
    return marker;
  }

  private static void log(Logger logger, ContextLogRecord record, Marker marker) {
    int level = record.getLevel().intValue();
    String message = record.getMessage();
    Throwable thrown = record.getThrown();
    if (level >= Level.SEVERE.intValue()) {
      logger.error(marker, message, thrown);
    } else if (level >= Level.WARNING.intValue()) {
      logger.warn(marker, message, thrown);
    } else if (level >= Level.CONFIG.intValue()) {
      logger.info(marker, message, thrown);
    } else if (level >= Level.FINER.intValue()) {
      logger.debug(marker, message, thrown);
    } else {
      logger.trace(marker, message, thrown);
    }
  }

  @Override
  public Map<String, Level> levels() {
    Map<String, Level> levels = new HashMap<>();
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    try {
      for (Object logger : loggers(factory)) {
        Object level = logger.getClass().getMethod("getLevel").invoke(logger);
        String name = (String) logger.getClass().getMethod("getName").invoke(logger);
        if (level != null) {
          levels.put(name.equals(Logger.ROOT_LOGGER_NAME) ? "" : name, level(level.toString()));
        }
      }
    } catch (ReflectiveOperationException | ClassCastException other) {
      // a binding whose levels can't be read
    }
    levels.computeIfAbsent("", root -> lowest(LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)));
    return levels;
  }

  /** The loggers of Logback, or the logger configurations of Log4j 2; empty for other bindings. */
  private static Iterable<?> loggers(ILoggerFactory factory) throws ReflectiveOperationException {
    String binding = factory.getClass().getName();
    if (binding.startsWith("ch.qos.logback.")) {
      return (Iterable<?>) factory.getClass().getMethod("getLoggerList").invoke(factory);
    } else if (binding.startsWith("org.apache.logging.slf4j.")) {
      Object context =
          Class.forName("org.apache.logging.log4j.core.LoggerContext")
              .getMethod("getContext", boolean.class)
              .invoke(null, false);
      Object configuration = context.getClass().getMethod("getConfiguration").invoke(context);
      Class<?> type = Class.forName("org.apache.logging.log4j.core.config.Configuration");
      return ((Map<?, ?>) type.getMethod("getLoggers").invoke(configuration)).values();
    }
    return new ArrayList<>();
  }

  private static Level lowest(Logger logger) {
    Level[] levels = {Level.FINEST, Level.FINE, Level.INFO, Level.WARNING, Level.SEVERE};
    for (Level level : levels) {
      if (isEnabled(logger, level.intValue())) {
        return level;
      }
    }
    return Level.OFF;
  }

  private static Level level(String name) {
    switch (name) {
      case "ALL":
      case "TRACE":
        return Level.FINEST;
      case "DEBUG":
        return Level.FINE;
      case "INFO":
        return Level.INFO;
      case "WARN":
        return Level.WARNING;
      case "ERROR":
      case "FATAL":
        return Level.SEVERE;
      default:
        return Level.OFF;
    }
  }
}
