package org.mitogen4j.internal.master;

import java.util.Map;
import java.util.logging.Level;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * Takes the output and the log records of contexts in the master. Called on the log's thread, but
 * {@link #levels} on any.
 */
public interface LogSink {
  /**
   * Takes a text that is safe to show.
   *
   * @param context the context's id; the context may be gone
   * @param name the context's name; null when it is not known
   */
  void text(String logger, Level level, int context, String name, String text);

  /**
   * Takes lines as they were printed, not made safe to show.
   *
   * @param context the context's id; the context may be gone
   * @param name the context's name; null when it is not known
   * @param prefix the text to put before each line
   */
  void lines(String logger, Level level, int context, String name, String prefix, byte[] printed);

  /**
   * Takes an encoded log record, which nobody has checked.
   *
   * @param context the context's id; the context may be gone
   * @param name the context's name; null when it is not known
   * @param from a text for people that says which context it is
   * @throws IllegalArgumentException when it can't be read
   */
  void record(int context, String name, String from, Decoder record);

  /** The levels that are set, as numbers of java.util.logging, by logger name; "" is the root. */
  Map<String, Integer> levels();
}
