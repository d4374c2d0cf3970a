package org.mitogen4j.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the library and its contexts log while a test runs. */
final class Logged extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("mitogen");
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  Logged() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  /** The library's own warnings. */
  List<String> warnings() {
    List<String> lines = new ArrayList<>();
    for (LogRecord r : records) {
      if (r.getLevel().equals(Level.WARNING)) {
        lines.add(new SimpleFormatter().formatMessage(r));
      }
    }
    return lines;
  }

  /** What a logger got. */
  List<String> of(String name) {
    List<String> lines = new ArrayList<>();
    for (LogRecord r : records) {
      if (r.getLoggerName().equals(name)) {
        lines.add(new SimpleFormatter().formatMessage(r));
      }
    }
    return lines;
  }

  List<String> loggers() {
    List<String> names = new ArrayList<>();
    for (LogRecord r : records) {
      names.add(r.getLoggerName());
    }
    return names;
  }

  @Override
  public void flush() {
    // nothing is held back
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
