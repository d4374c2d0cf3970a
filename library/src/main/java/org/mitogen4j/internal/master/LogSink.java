package org.mitogen4j.internal.master;

import java.util.Map;
import java.util.logging.Level;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * Where what contexts print and log goes in the master; on the log's own thread, but for levels.
 */
public interface LogSink {
  /**
   * Takes a text that is safe to show.
   *
   * @param name the name of the context, which may be gone; null when it is not known
   */
  void text(String logger, Level level, int context, String name, String text);

  /**
   * Takes lines as they were printed, not made safe to show.
   *
   * @param name as above
   * @param prefix the text before each line
   */
  void lines(String logger, Level level, int context, String name, String prefix, byte[] printed);

  /**
   * A log record, of which nothing was looked at yet.
   *
   * @param name as above
   * @param from which context it is, for people
   * @throws IllegalArgumentException when it is none
   */
  void record(int context, String name, String from, Decoder record);

  /** The levels that are set, as java.util.logging counts them, by logger; "" is the root. */
  Map<String, Integer> levels();
}
