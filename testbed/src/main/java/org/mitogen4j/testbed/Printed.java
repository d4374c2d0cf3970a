package org.mitogen4j.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The log records that contexts make by printing, while it is open. */
public final class Printed extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("org.mitogen4j.output");
  private final List<String> lines = new ArrayList<>(); // guarded by this

  public Printed() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  @Override
  public synchronized void publish(LogRecord record) {
    lines.add(record.getLoggerName() + ": " + new SimpleFormatter().formatMessage(record));
    notifyAll();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }

  /** The lines that a context's stream has printed so far. */
  public synchronized List<String> lines(String context, String stream) {
    String start = "org.mitogen4j.output." + context + "." + stream + ": ";
    List<String> found = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(start)) {
        found.add(line.substring(start.length()));
      }
    }
    return found;
  }

  /** As {@link #lines}, once there is this number of lines; fewer after ten seconds. */
  public synchronized List<String> await(String context, String stream, int count)
      throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    List<String> found = lines(context, stream);
    while (found.size() < count && System.nanoTime() < until) {
      wait(100); // until publish
      found = lines(context, stream);
    }
    return found;
  }
}
