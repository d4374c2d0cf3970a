package org.mitogen4j;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.master.Log;
import org.mitogen4j.internal.master.LogSink;
import org.mitogen4j.internal.master.Loggers;
import org.mitogen4j.internal.master.PrintedText;

/** Makes log records of what contexts logged and printed, and hands them to the backend. */
final class LogHandOver implements LogSink {

  private final Router router;
  private volatile LogBackend backend;

  /**
   * Names of loggers that contexts gave. Java keeps each for ever, so their number is bounded. Used
   * by the log thread only.
   */
  private final Set<String> named = new HashSet<>();

  LogHandOver(Router router, ClassLoader program) {
    this.router = router;
    Iterator<LogBackend> found = ServiceLoader.load(LogBackend.class, program).iterator();
    backend = found.hasNext() ? found.next() : new JulBackend();
  }

  /** Makes the backend of a master's log, and connects it. */
  static LogHandOver install(Router router) {
    LogHandOver made = new LogHandOver(router, Log.program(router.runtime()));
    Log.handOver(router.runtime(), made);
    return made;
  }

  void to(LogBackend chosen) {
    backend = chosen;
  }

  @Override
  public void text(String logger, Level level, int context, String name, String text) {
    LogBackend to = backend;
    if (to.isLoggable(logger, level)) {
      to.log(new ContextLogRecord(context(context, name), logger, level, text));
    }
  }

  @Override
  public void lines(
      String logger, Level level, int context, String name, String prefix, byte[] printed) {
    LogBackend to = backend;
    if (to.isLoggable(logger, level)) {
      Context from = context(context, name);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      PrintedText.each(
          printed,
          line -> {
            String text = prefix.isEmpty() ? line : prefix + line;
            try {
              to.log(new ContextLogRecord(from, logger, level, text));
            } catch (RuntimeException | Error e) { // the next line is written all the same
              failure.compareAndSet(null, e);
            }
          });
      Throwable e = failure.get();
      if (e != null) {
        throw new IllegalStateException("the log back end failed at a line: " + e, e);
      }
    }
  }

  @Override
  public void record(int context, String name, String from, Decoder d) {
    ContextLogRecord record = LogRecordReader.record(context(context, name), from, d);
    String logger = record.getLoggerName();
    boolean room = named.contains(logger) || named.size() < Limits.LOGGERS;
    if (Loggers.isReserved(logger) || !room) {
      record.setMessage(logger + ": " + record.getMessage());
      record.setLoggerName(Loggers.RECORDS);
    } else {
      named.add(logger);
    }
    LogBackend to = backend;
    if (to.isLoggable(record.getLoggerName(), record.getLevel())) {
      to.log(record);
    }
  }

  private Context context(int id, String name) {
    return name == null ? router.context(id) : router.context(id, name);
  }

  @Override
  public Map<String, Integer> levels() {
    try {
      Map<String, Integer> levels = new HashMap<>();
      backend.levels().forEach((name, level) -> levels.put(name, level.intValue()));
      return levels;
    } catch (RuntimeException e) { // the backend is just being reconfigured
      return Collections.singletonMap("", Level.INFO.intValue());
    }
  }
}
