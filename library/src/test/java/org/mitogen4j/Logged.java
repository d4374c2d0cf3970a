package org.mitogen4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;

/** What the library and its contexts log while a test runs. */
public final class Logged extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("org.mitogen4j");
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  public Logged() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  /** The library's own warnings. */
  public List<String> warnings() {
    return lines(r -> r.getLevel().equals(Level.WARNING), new SimpleFormatter()::formatMessage);
  }

  /** What a logger got. */
  public List<String> of(String name) {
    return lines(r -> r.getLoggerName().equals(name), new SimpleFormatter()::formatMessage);
  }

  /** All, as a console shows it. */
  public List<String> shown() {
    return lines(r -> true, new SimpleFormatter()::format);
  }

  /** The names of those that got something. */
  public List<String> loggers() {
    return lines(r -> true, LogRecord::getLoggerName);
  }

  private List<String> lines(Predicate<LogRecord> which, Function<LogRecord, String> text) {
    return records.stream().filter(which).map(text).collect(Collectors.toList());
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
