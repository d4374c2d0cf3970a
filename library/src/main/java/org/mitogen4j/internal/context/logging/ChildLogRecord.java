package org.mitogen4j.internal.context.logging;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** A log record with the data that other logging APIs have beyond java.util.logging. */
public final class ChildLogRecord extends LogRecord {
  private static final long serialVersionUID = 1;

  /** The MDC or thread context. */
  private final transient Map<String, String> diagnostics;

  private final transient List<String> markers;

  /**
   * @param logger the logger's name
   * @param message the message with its parameters put in
   * @param diagnostics the MDC or thread context; null for none
   * @param markers their names; null for none
   */
  public ChildLogRecord(
      Level level,
      String logger,
      String message,
      Throwable thrown,
      Map<String, String> diagnostics,
      List<String> markers) {
    super(level, message);
    setLoggerName(logger);
    setThrown(thrown);
    setSourceClassName(null); // else java.util.logging would look for it on the stack
    this.diagnostics = diagnostics == null ? Collections.emptyMap() : diagnostics;
    this.markers = markers == null ? Collections.emptyList() : markers;
  }

  public Map<String, String> diagnostics() {
    return diagnostics;
  }

  public List<String> markers() {
    return markers;
  }
}
