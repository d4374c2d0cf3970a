package org.mitogen4j.logging.slf4j;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.logging.Level;
import org.mitogen4j.internal.context.logging.ChildLogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.helpers.FormattingTuple;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger in a child: one of java.util.logging, which has the master's level, and whose records go
 * to the master. A statement that is disabled costs what one of java.util.logging does.
 */
final class ChildLogger implements Logger, Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final transient java.util.logging.Logger jul;

  ChildLogger(String name) {
    this.name = name;
    boolean root = name.equalsIgnoreCase(ROOT_LOGGER_NAME);
    jul = java.util.logging.Logger.getLogger(root ? "" : name);
  }

  /** In another context a copy becomes the logger of its name there. */
  private Object readResolve() {
    return LoggerFactory.getLogger(name);
  }

  @Override
  public String getName() {
    return name;
  }

  private void log(Level level, Marker marker, String format, Object... arguments) {
    if (jul.isLoggable(level)) {
      FormattingTuple text = MessageFormatter.arrayFormat(format, arguments);
      log(level, marker, text.getMessage(), text.getThrowable());
    }
  }

  @SuppressWarnings("deprecation") // in 2.0; 1.7 has nothing else
  private void log(Level level, Marker marker, String message, Throwable thrown) {
    if (jul.isLoggable(level)) {
      List<String> markers = null;
      if (marker != null) {
        markers = new ArrayList<>();
        markers.add(marker.getName());
        for (Iterator<Marker> more = marker.iterator(); more.hasNext(); ) {
          markers.add(more.next().getName());
        }
      }
      jul.log(
          new ChildLogRecord(
              level, jul.getName(), message, thrown, MDC.getCopyOfContextMap(), markers));
    }
  }

  @Override
  public boolean isTraceEnabled() {
    return jul.isLoggable(Level.FINEST);
  }

  @Override
  public void trace(String message) {
    log(Level.FINEST, null, message, (Throwable) null);
  }

  @Override
  public void trace(String format, Object argument) {
    if (jul.isLoggable(Level.FINEST)) {
      log(Level.FINEST, null, format, new Object[] {argument});
    }
  }

  @Override
  public void trace(String format, Object first, Object second) {
    if (jul.isLoggable(Level.FINEST)) {
      log(Level.FINEST, null, format, new Object[] {first, second});
    }
  }

  @Override
  public void trace(String format, Object... arguments) {
    log(Level.FINEST, null, format, arguments);
  }

  @Override
  public void trace(String message, Throwable thrown) {
    log(Level.FINEST, null, message, thrown);
  }

  @Override
  public boolean isTraceEnabled(Marker marker) {
    return jul.isLoggable(Level.FINEST);
  }

  @Override
  public void trace(Marker marker, String message) {
    log(Level.FINEST, marker, message, (Throwable) null);
  }

  @Override
  public void trace(Marker marker, String format, Object argument) {
    if (jul.isLoggable(Level.FINEST)) {
      log(Level.FINEST, marker, format, new Object[] {argument});
    }
  }

  @Override
  public void trace(Marker marker, String format, Object first, Object second) {
    if (jul.isLoggable(Level.FINEST)) {
      log(Level.FINEST, marker, format, new Object[] {first, second});
    }
  }

  @Override
  public void trace(Marker marker, String format, Object... arguments) {
    log(Level.FINEST, marker, format, arguments);
  }

  @Override
  public void trace(Marker marker, String message, Throwable thrown) {
    log(Level.FINEST, marker, message, thrown);
  }

  @Override
  public boolean isDebugEnabled() {
    return jul.isLoggable(Level.FINE);
  }

  @Override
  public void debug(String message) {
    log(Level.FINE, null, message, (Throwable) null);
  }

  @Override
  public void debug(String format, Object argument) {
    if (jul.isLoggable(Level.FINE)) {
      log(Level.FINE, null, format, new Object[] {argument});
    }
  }

  @Override
  public void debug(String format, Object first, Object second) {
    if (jul.isLoggable(Level.FINE)) {
      log(Level.FINE, null, format, new Object[] {first, second});
    }
  }

  @Override
  public void debug(String format, Object... arguments) {
    log(Level.FINE, null, format, arguments);
  }

  @Override
  public void debug(String message, Throwable thrown) {
    log(Level.FINE, null, message, thrown);
  }

  @Override
  public boolean isDebugEnabled(Marker marker) {
    return jul.isLoggable(Level.FINE);
  }

  @Override
  public void debug(Marker marker, String message) {
    log(Level.FINE, marker, message, (Throwable) null);
  }

  @Override
  public void debug(Marker marker, String format, Object argument) {
    if (jul.isLoggable(Level.FINE)) {
      log(Level.FINE, marker, format, new Object[] {argument});
    }
  }

  @Override
  public void debug(Marker marker, String format, Object first, Object second) {
    if (jul.isLoggable(Level.FINE)) {
      log(Level.FINE, marker, format, new Object[] {first, second});
    }
  }

  @Override
  public void debug(Marker marker, String format, Object... arguments) {
    log(Level.FINE, marker, format, arguments);
  }

  @Override
  public void debug(Marker marker, String message, Throwable thrown) {
    log(Level.FINE, marker, message, thrown);
  }

  @Override
  public boolean isInfoEnabled() {
    return jul.isLoggable(Level.INFO);
  }

  @Override
  public void info(String message) {
    log(Level.INFO, null, message, (Throwable) null);
  }

  @Override
  public void info(String format, Object argument) {
    if (jul.isLoggable(Level.INFO)) {
      log(Level.INFO, null, format, new Object[] {argument});
    }
  }

  @Override
  public void info(String format, Object first, Object second) {
    if (jul.isLoggable(Level.INFO)) {
      log(Level.INFO, null, format, new Object[] {first, second});
    }
  }

  @Override
  public void info(String format, Object... arguments) {
    log(Level.INFO, null, format, arguments);
  }

  @Override
  public void info(String message, Throwable thrown) {
    log(Level.INFO, null, message, thrown);
  }

  @Override
  public boolean isInfoEnabled(Marker marker) {
    return jul.isLoggable(Level.INFO);
  }

  @Override
  public void info(Marker marker, String message) {
    log(Level.INFO, marker, message, (Throwable) null);
  }

  @Override
  public void info(Marker marker, String format, Object argument) {
    if (jul.isLoggable(Level.INFO)) {
      log(Level.INFO, marker, format, new Object[] {argument});
    }
  }

  @Override
  public void info(Marker marker, String format, Object first, Object second) {
    if (jul.isLoggable(Level.INFO)) {
      log(Level.INFO, marker, format, new Object[] {first, second});
    }
  }

  @Override
  public void info(Marker marker, String format, Object... arguments) {
    log(Level.INFO, marker, format, arguments);
  }

  @Override
  public void info(Marker marker, String message, Throwable thrown) {
    log(Level.INFO, marker, message, thrown);
  }

  @Override
  public boolean isWarnEnabled() {
    return jul.isLoggable(Level.WARNING);
  }

  @Override
  public void warn(String message) {
    log(Level.WARNING, null, message, (Throwable) null);
  }

  @Override
  public void warn(String format, Object argument) {
    if (jul.isLoggable(Level.WARNING)) {
      log(Level.WARNING, null, format, new Object[] {argument});
    }
  }

  @Override
  public void warn(String format, Object first, Object second) {
    if (jul.isLoggable(Level.WARNING)) {
      log(Level.WARNING, null, format, new Object[] {first, second});
    }
  }

  @Override
  public void warn(String format, Object... arguments) {
    log(Level.WARNING, null, format, arguments);
  }

  @Override
  public void warn(String message, Throwable thrown) {
    log(Level.WARNING, null, message, thrown);
  }

  @Override
  public boolean isWarnEnabled(Marker marker) {
    return jul.isLoggable(Level.WARNING);
  }

  @Override
  public void warn(Marker marker, String message) {
    log(Level.WARNING, marker, message, (Throwable) null);
  }

  @Override
  public void warn(Marker marker, String format, Object argument) {
    if (jul.isLoggable(Level.WARNING)) {
      log(Level.WARNING, marker, format, new Object[] {argument});
    }
  }

  @Override
  public void warn(Marker marker, String format, Object first, Object second) {
    if (jul.isLoggable(Level.WARNING)) {
      log(Level.WARNING, marker, format, new Object[] {first, second});
    }
  }

  @Override
  public void warn(Marker marker, String format, Object... arguments) {
    log(Level.WARNING, marker, format, arguments);
  }

  @Override
  public void warn(Marker marker, String message, Throwable thrown) {
    log(Level.WARNING, marker, message, thrown);
  }

  @Override
  public boolean isErrorEnabled() {
    return jul.isLoggable(Level.SEVERE);
  }

  @Override
  public void error(String message) {
    log(Level.SEVERE, null, message, (Throwable) null);
  }

  @Override
  public void error(String format, Object argument) {
    if (jul.isLoggable(Level.SEVERE)) {
      log(Level.SEVERE, null, format, new Object[] {argument});
    }
  }

  @Override
  public void error(String format, Object first, Object second) {
    if (jul.isLoggable(Level.SEVERE)) {
      log(Level.SEVERE, null, format, new Object[] {first, second});
    }
  }

  @Override
  public void error(String format, Object... arguments) {
    log(Level.SEVERE, null, format, arguments);
  }

  @Override
  public void error(String message, Throwable thrown) {
    log(Level.SEVERE, null, message, thrown);
  }

  @Override
  public boolean isErrorEnabled(Marker marker) {
    return jul.isLoggable(Level.SEVERE);
  }

  @Override
  public void error(Marker marker, String message) {
    log(Level.SEVERE, marker, message, (Throwable) null);
  }

  @Override
  public void error(Marker marker, String format, Object argument) {
    if (jul.isLoggable(Level.SEVERE)) {
      log(Level.SEVERE, marker, format, new Object[] {argument});
    }
  }

  @Override
  public void error(Marker marker, String format, Object first, Object second) {
    if (jul.isLoggable(Level.SEVERE)) {
      log(Level.SEVERE, marker, format, new Object[] {first, second});
    }
  }

  @Override
  public void error(Marker marker, String format, Object... arguments) {
    log(Level.SEVERE, marker, format, arguments);
  }

  @Override
  public void error(Marker marker, String message, Throwable thrown) {
    log(Level.SEVERE, marker, message, thrown);
  }
}
