package org.mitogen4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.logging.Level;
import org.mitogen4j.internal.context.Limits;
import org.mitogen4j.internal.context.Printable;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.master.Log;
import org.mitogen4j.internal.master.LogSink;
import org.mitogen4j.internal.master.Loggers;

/** Makes log records of what contexts logged and printed, and hands them to the backend. */
final class LogHandOver implements LogSink {
  /** The levels that there are; others would be kept by Java for ever. */
  private static final Level[] LEVELS = {
    Level.SEVERE, Level.WARNING, Level.INFO, Level.CONFIG, Level.FINE, Level.FINER, Level.FINEST
  };

  private final Router router;
  private volatile LogBackend backend;

  /** Names that contexts gave, which Java never forgets. The log thread's. */
  private final Set<String> named = new HashSet<>();

  LogHandOver(Router router, ClassLoader program) {
    this.router = router;
    Iterator<LogBackend> found = ServiceLoader.load(LogBackend.class, program).iterator();
    backend = found.hasNext() ? found.next() : new JulBackend();
  }

  /** Takes over what the log of a master gets. */
  static LogHandOver install(Router router, ClassLoader program) {
    LogHandOver made = new LogHandOver(router, program);
    Log.handOver(router.full(), made);
    return made;
  }

  void to(LogBackend chosen) {
    backend = chosen;
  }

  @Override
  public void line(String logger, int context, String name, String line) {
    LogBackend to = backend;
    if (to.isLoggable(logger, Level.INFO)) {
      to.log(new ContextLogRecord(context(context, name), logger, Level.INFO, line));
    }
  }

  @Override
  public void record(int context, String name, String from, Decoder d) {
    Level level = level(d.zigzag());
    final long millis = d.varint();
    final long difference = d.zigzag();
    String logger = Printable.line(d.text(), Limits.NAME);
    String message = Printable.lines(d.text());
    String thread = Printable.line(d.text(), Limits.NAME);
    Map<String, String> diagnostics = diagnostics(d.value());
    List<String> markers = markers(d.value());
    Object thrown = d.value();
    boolean room = named.contains(logger) || named.size() < Limits.LOGGERS;
    if (Loggers.isReserved(logger) || !room) {
      message = logger + ": " + message;
      logger = Loggers.RECORDS;
    } else {
      named.add(logger);
    }
    LogBackend to = backend;
    if (!to.isLoggable(logger, level)) {
      return;
    }
    ContextLogRecord record = new ContextLogRecord(context(context, name), logger, level, message);
    record.at(millis, difference);
    record.in(thread, diagnostics, markers);
    record.setSourceClassName(logger);
    record.setSourceMethodName("in " + from);
    if (thrown != null) {
      record.setThrown(CallException.of(thrown));
    }
    to.log(record);
  }

  private Context context(int id, String name) {
    return name == null ? router.context(id) : router.context(id, name);
  }

  private static Level level(long value) {
    for (Level level : LEVELS) {
      if (value >= level.intValue()) {
        return level;
      }
    }
    return Level.FINEST;
  }

  private static Object[] array(Object value, String what) {
    if (value != null && !(value instanceof Object[])) {
      throw new IllegalArgumentException(what + " of a log record that are no array");
    }
    return value == null ? new Object[0] : (Object[]) value;
  }

  private static String text(Object value) {
    return value instanceof String ? Printable.line((String) value) : "?";
  }

  private static Map<String, String> diagnostics(Object value) {
    Object[] all = array(value, "diagnostics");
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i + 1 < all.length; i += 2) {
      map.put(text(all[i]), text(all[i + 1]));
    }
    return map;
  }

  private static List<String> markers(Object value) {
    List<String> names = new ArrayList<>();
    for (Object name : array(value, "markers")) {
      names.add(text(name));
    }
    return names;
  }

  @Override
  public Map<String, Integer> levels() {
    try {
      Map<String, Integer> levels = new HashMap<>();
      backend.levels().forEach((name, level) -> levels.put(name, level.intValue()));
      return levels;
    } catch (RuntimeException e) { // a back end that is being set up anew
      return Collections.singletonMap("", Level.INFO.intValue());
    }
  }
}
