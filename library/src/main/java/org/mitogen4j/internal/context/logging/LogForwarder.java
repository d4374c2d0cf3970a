package org.mitogen4j.internal.context.logging;

import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LogRecordEncoder;
import org.mitogen4j.internal.context.ProcessOutput;
import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * The one handler of the root logger in a child. It formats a record on the thread that logs, and
 * sends it to the master before that thread goes on; while the master has no room, that thread
 * waits.
 */
final class LogForwarder extends Handler {
  /** The most characters of a message; the rest is cut off. */
  private static final int MAX_MESSAGE = 1 << 14;

  /** The most characters of a message if the record does not fit a frame otherwise. */
  private static final int SHORT_MESSAGE = 1 << 12;

  /** The message limit in bytes from which the size of an exception's description is derived. */
  private static final int MAX_THROWN = 1 << 17;

  private static final int SHORT_THROWN = 1 << 15;

  /** The most characters of names of loggers, threads and markers, and of entries of the MDC. */
  private static final int MAX_NAME = 1 << 9;

  /** The most entries of the MDC, and the most markers. */
  private static final int MAX_ENTRIES = 64;

  /** The depth of records that a toString of the program logs while another is formatted. */
  private static final int MAX_NESTED = 4;

  private final ContextRuntime context;
  private final LevelTable levels;
  private final Formatter text = new Parameters();
  private final ThreadLocal<Integer> nested = new ThreadLocal<>();

  /** Puts a record's parameters into its message, in the language of its resource bundle. */
  private static final class Parameters extends Formatter {
    @Override
    public String format(LogRecord record) {
      return formatMessage(record);
    }
  }

  LogForwarder(ContextRuntime context, LevelTable levels) {
    this.context = context;
    this.levels = levels;
  }

  @Override
  public void publish(LogRecord record) {
    Integer outer = nested.get();
    int depth = outer == null ? 0 : outer;
    if (depth >= MAX_NESTED || !isLoggable(record)) {
      return;
    }
    nested.set(depth + 1);
    try {
      Encoder e = encode(record, MAX_MESSAGE, MAX_THROWN);
      if (!LogRecordEncoder.fitsFrame(e)) {
        e = encode(record, SHORT_MESSAGE, SHORT_THROWN);
      }
      ProcessOutput.sendBehindOwnLines(context, e);
    } catch (DeadException lost) {
      // the master can't be reached
    } finally {
      if (outer == null) {
        nested.remove();
      } else {
        nested.set(outer);
      }
    }
  }

  private Encoder encode(LogRecord record, int maxMessage, int maxThrown) {
    ChildLogRecord more = record instanceof ChildLogRecord ? (ChildLogRecord) record : null;
    Throwable thrown = record.getThrown();
    return LogRecordEncoder.encode(
        context,
        record.getLevel().intValue(),
        record.getMillis(),
        levels.clockDifference(),
        cut(record.getLoggerName(), MAX_NAME),
        cut(message(record), maxMessage),
        cut(Thread.currentThread().getName(), MAX_NAME),
        more == null ? null : entries(more.diagnostics()),
        more == null ? null : names(more.markers()),
        thrown == null ? null : ExceptionDescription.of(thrown, maxThrown));
  }

  private String message(LogRecord record) {
    try {
      String message = text.format(record);
      return message == null ? "null" : message;
    } catch (RuntimeException | StackOverflowError failed) { // a parameter's own toString
      return record.getMessage() + " (a parameter can't be shown: " + failed.getClass() + ")";
    }
  }

  private static Object[] entries(Map<String, String> map) {
    Object[] all = new Object[2 * Math.min(map.size(), MAX_ENTRIES)];
    int i = 0;
    for (Map.Entry<String, String> entry : map.entrySet()) {
      if (i < all.length) {
        all[i++] = cut(entry.getKey(), MAX_NAME);
        all[i++] = cut(entry.getValue(), MAX_NAME);
      }
    }
    return all;
  }

  private static Object[] names(List<String> list) {
    Object[] all = new Object[Math.min(list.size(), MAX_ENTRIES)];
    for (int i = 0; i < all.length; i++) {
      all[i] = cut(list.get(i), MAX_NAME);
    }
    return all;
  }

  private static String cut(String text, int most) {
    if (text == null) {
      return "";
    }
    return text.length() <= most
        ? text
        : text.substring(0, most) + "... (cut, " + text.length() + " characters in all)";
  }

  @Override
  public void flush() {
    // nothing is buffered
  }

  @Override
  public void close() {
    // the link to the parent is not ours
  }
}
