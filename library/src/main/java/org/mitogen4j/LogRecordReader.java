package org.mitogen4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.mitogen4j.internal.context.LogRecordEncoder;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * Turns messages of contexts, which {@link LogRecordEncoder} writes, into log records. All texts
 * are made safe to print, and no new {@link Level} is created.
 */
final class LogRecordReader {
  /**
   * The levels of java.util.logging. Java keeps each new level for ever, so a child must not create
   * any.
   */
  private static final Level[] LEVELS = {
    Level.SEVERE, Level.WARNING, Level.INFO, Level.CONFIG, Level.FINE, Level.FINER, Level.FINEST
  };

  private LogRecordReader() {}

  /**
   * Reads a record that a context logged from a message.
   *
   * @param from the name of the context, for people
   * @throws IllegalArgumentException when the message holds no log record
   */
  static ContextLogRecord record(Context context, String from, Decoder d) {
    Level level = level(d.zigzag());
    final long millis = d.varint();
    final long difference = d.zigzag();
    String logger = Printable.line(d.text(), Limits.NAME);
    String message = Printable.lines(d.text());
    String thread = Printable.line(d.text(), Limits.NAME);
    Map<String, String> diagnostics = diagnostics(d.value());
    List<String> markers = markers(d.value());
    Object thrown = d.value();
    ContextLogRecord record = new ContextLogRecord(context, logger, level, message);
    record.at(millis, difference);
    record.in(thread, diagnostics, markers);
    record.setSourceClassName(logger);
    record.setSourceMethodName("in " + from);
    if (thrown != null) {
      record.setThrown(CallException.of(thrown));
    }
    return record;
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
}
