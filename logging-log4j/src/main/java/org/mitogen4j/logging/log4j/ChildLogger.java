package org.mitogen4j.logging.log4j;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.MessageFactory;
import org.apache.logging.log4j.spi.AbstractLogger;
import org.mitogen4j.internal.context.logging.ChildLogRecord;

/**
 * A logger in a child: one of java.util.logging, which has the master's level, and whose records go
 * to the master.
 */
final class ChildLogger extends AbstractLogger {
  private static final long serialVersionUID = 1;

  private final transient java.util.logging.Logger jul;

  ChildLogger(String name) {
    super(name);
    jul = java.util.logging.Logger.getLogger(name);
  }

  ChildLogger(String name, MessageFactory messages) {
    super(name, messages);
    jul = java.util.logging.Logger.getLogger(name);
  }

  private boolean isOn(Level level) {
    return jul.isLoggable(Levels.ofJava(level));
  }

  /** The level that the master has set for it. */
  @Override
  public Level getLevel() {
    for (Level level : Levels.MOST_FIRST) {
      if (isOn(level)) {
        return level;
      }
    }
    return Level.OFF;
  }

  @Override
  public void logMessage(
      String caller, Level level, Marker marker, Message message, Throwable thrown) {
    List<String> markers = new ArrayList<>();
    add(marker, markers);
    jul.log(
        new ChildLogRecord(
            Levels.ofJava(level),
            getName(),
            message == null ? "null" : message.getFormattedMessage(),
            thrown == null && message != null ? message.getThrowable() : thrown,
            ThreadContext.getImmutableContext(),
            markers));
  }

  private static void add(Marker marker, List<String> names) {
    if (marker != null && !names.contains(marker.getName())) {
      names.add(marker.getName());
      Marker[] parents = marker.getParents();
      for (Marker parent : parents == null ? new Marker[0] : parents) {
        add(parent, names);
      }
    }
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, Message message, Throwable thrown) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, CharSequence message, Throwable thrown) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, Object message, Throwable thrown) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, String message, Throwable thrown) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, String message) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, String message, Object... parameters) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, String message, Object p0) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(Level level, Marker marker, String message, Object p0, Object p1) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level, Marker marker, String message, Object p0, Object p1, Object p2) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level, Marker marker, String message, Object p0, Object p1, Object p2, Object p3) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level,
      Marker marker,
      String message,
      Object p0,
      Object p1,
      Object p2,
      Object p3,
      Object p4) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level,
      Marker marker,
      String message,
      Object p0,
      Object p1,
      Object p2,
      Object p3,
      Object p4,
      Object p5) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level,
      Marker marker,
      String message,
      Object p0,
      Object p1,
      Object p2,
      Object p3,
      Object p4,
      Object p5,
      Object p6) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level,
      Marker marker,
      String message,
      Object p0,
      Object p1,
      Object p2,
      Object p3,
      Object p4,
      Object p5,
      Object p6,
      Object p7) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level,
      Marker marker,
      String message,
      Object p0,
      Object p1,
      Object p2,
      Object p3,
      Object p4,
      Object p5,
      Object p6,
      Object p7,
      Object p8) {
    return isOn(level);
  }

  @Override
  public boolean isEnabled(
      Level level,
      Marker marker,
      String message,
      Object p0,
      Object p1,
      Object p2,
      Object p3,
      Object p4,
      Object p5,
      Object p6,
      Object p7,
      Object p8,
      Object p9) {
    return isOn(level);
  }
}
