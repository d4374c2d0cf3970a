package org.mitogen4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Listens to the log of the classes that this process sends. */
public final class ClassesSent extends Handler implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("org.mitogen4j.classes");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<String> details = new CopyOnWriteArrayList<>();

  public ClassesSent() {
    LOG.setLevel(Level.FINE);
    LOG.setUseParentHandlers(false);
    LOG.addHandler(this);
  }

  /** All that was logged, with sizes and ways, and what contexts loaded. */
  List<String> details() {
    return details;
  }

  /** What was logged of the program's classes and the library's. */
  public List<String> lines() {
    return lines;
  }

  /** The lines of classes that a child had to ask for. */
  List<String> askedFor() {
    return lines.stream().filter(line -> line.endsWith("asked for")).toList();
  }

  /** Why a class was sent; null if it was not. */
  String why(Class<?> type) {
    String begin = "class " + type.getName() + " to ";
    return lines.stream()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.substring(line.indexOf("): ") + 3))
        .findFirst()
        .orElse(null);
  }

  @Override
  public void publish(LogRecord record) {
    String line = new SimpleFormatter().formatMessage(record);
    boolean byTheMaster = LOG.getName().equals(record.getLoggerName());
    if (byTheMaster && line.contains(" to ")) { // else it tells what a context loaded
      lines.add(line.replaceFirst(" \\[[^\\[]*]$", ""));
    }
    details.add(line);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOG.removeHandler(this);
    LOG.setLevel(null);
    LOG.setUseParentHandlers(true);
  }
}
