package org.mitogen4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.stream.Collectors;

/** A log backend that keeps what it gets, with levels of its own. */
final class RecordedLog implements LogBackend {
  private final List<ContextLogRecord> records = new ArrayList<>(); // guarded by itself
  final Map<String, Level> levels = new ConcurrentHashMap<>(Map.of("", Level.INFO));

  @Override
  public boolean isLoggable(String logger, Level level) {
    return true; // so that a test sees what should not have been sent
  }

  @Override
  public void log(ContextLogRecord record) {
    synchronized (records) {
      records.add(record);
    }
  }

  @Override
  public Map<String, Level> levels() {
    return Map.copyOf(levels);
  }

  void clear() {
    synchronized (records) {
      records.clear();
    }
  }

  /** What has come so far. */
  List<ContextLogRecord> records() {
    synchronized (records) {
      return new ArrayList<>(records);
    }
  }

  int count() {
    synchronized (records) {
      return records.size();
    }
  }

  List<String> messages() {
    return records().stream().map(ContextLogRecord::getMessage).collect(Collectors.toList());
  }

  /** All records of the loggers whose names end with a text. */
  List<String> of(String name) {
    return records().stream()
        .filter(r -> r.getLoggerName().endsWith(name))
        .map(ContextLogRecord::getMessage)
        .collect(Collectors.toList());
  }

  ContextLogRecord awaitRecord(String message) throws Exception {
    Await.until(message, 20_000, () -> messages().contains(message));
    return records().stream().filter(r -> r.getMessage().equals(message)).findFirst().orElseThrow();
  }
}
