package org.mitogen4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A log record or a printed line of a context, as the master's handlers get it. {@link #getMillis}
 * is the time by the context's own clock. {@link #getThrown} is a {@link CallException} with the
 * remote type, message, stack and causes. The place of the calling method, which Java's own
 * formatters show behind the logger, has the context: {@code com.acme.Disk in web1 (3)}. All texts
 * are safe to print.
 */
public final class ContextLogRecord extends LogRecord {
  private static final long serialVersionUID = 1;

  private final transient Context context;
  private String threadName = "";
  private long clockMillis;
  private Map<String, String> diagnostics = Collections.emptyMap();
  private List<String> markers = Collections.emptyList();

  ContextLogRecord(Context context, String logger, Level level, String message) {
    super(level, message);
    this.context = context;
    setLoggerName(logger);
    setSourceClassName(null); // else java.util.logging would look for it on the stack here
    setSourceMethodName(null);
  }

  void at(long millis, long clockDifferenceMillis) {
    clockMillis = clockDifferenceMillis;
    setTime(millis);
  }

  @SuppressWarnings("deprecation") // since Java 9, and this is Java 8
  private void setTime(long millis) {
    setMillis(millis);
  }

  void in(String thread, Map<String, String> map, List<String> names) {
    threadName = thread;
    diagnostics = Collections.unmodifiableMap(new LinkedHashMap<>(map));
    markers = Collections.unmodifiableList(new ArrayList<>(names));
  }

  /** The context that logged or printed it. Null in a copy that was serialized. */
  public @Nullable Context context() {
    return context;
  }

  /** The name of the thread that logged it; empty for a printed line. */
  public String threadName() {
    return threadName;
  }

  /**
   * How far the context's clock is ahead of the master's, as measured when the context logged for
   * the first time; zero for what was printed. {@code getMillis()} less this is the master's time.
   */
  public Duration clockDifference() {
    return Duration.ofMillis(clockMillis);
  }

  /** The MDC or thread context; unmodifiable, empty where there is none. */
  public Map<String, String> diagnostics() {
    return diagnostics;
  }

  /** The names of its markers; unmodifiable, empty where there are none. */
  public List<String> markers() {
    return markers;
  }
}
