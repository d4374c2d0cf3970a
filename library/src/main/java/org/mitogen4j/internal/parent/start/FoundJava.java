package org.mitogen4j.internal.parent.start;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Remembers where starts found java after a search; later starts by the same command line try that
 * path first. A path that was found in one place is never run in another place. Any thread may use
 * it.
 */
final class FoundJava {
  /** The most places that are remembered; beyond it all are forgotten. */
  private static final int MAX_PLACES = 1000;

  /** The longest path that is remembered, in characters. */
  private static final int MAX_PATH = 4096;

  private static final byte[] NOTHING = {};

  /** The java of one place. */
  static final class Entry {
    final String path;

    /**
     * Whether it needs the careful script, because it is a wrapper or the environment has options
     * for it.
     */
    final boolean careful;

    Entry(String path, boolean careful) {
      this.path = path;
      this.careful = careful;
    }
  }

  @GuardedBy("this")
  private final Map<List<String>, Entry> places = new HashMap<>();

  /** The java that is remembered for a method; null for none. */
  Entry get(ConnectionMethod<?> method) {
    synchronized (this) {
      if (places.isEmpty()) { // the usual case: saves making a command line
        return null;
      }
    }
    List<String> place = place(method);
    synchronized (this) {
      return place == null ? null : places.get(place);
    }
  }

  /**
   * Remembers a java for all methods with the same command line; does nothing for a method that
   * does not tell its command line.
   */
  void put(ConnectionMethod<?> method, String path, boolean careful) {
    List<String> place = place(method);
    if (place == null || !isPath(path)) {
      return;
    }
    synchronized (this) {
      if (places.size() >= MAX_PLACES) {
        places.clear();
      }
      places.put(place, new Entry(path, careful));
    }
  }

  /** Whether a text of the script is a path and nothing else: a child could have printed it. */
  private static boolean isPath(String text) {
    return text.startsWith("/")
        && text.length() <= MAX_PATH
        && text.chars().noneMatch(Character::isISOControl);
  }

  void forget(ConnectionMethod<?> method) {
    List<String> place = place(method);
    synchronized (this) {
      places.remove(place);
    }
  }

  private static List<String> place(ConnectionMethod<?> method) {
    if (method.javaPath() != null) {
      return null;
    }
    CommandLine line;
    try {
      line = method.commandLine(new Bootstrap("0", "", NOTHING, NOTHING, NOTHING));
    } catch (RuntimeException e) {
      return null; // a connection method of the program failed; so will the start, with the cause
    }
    if (line == null) {
      return null;
    }
    List<String> place = new ArrayList<>(line.words());
    place.add(String.valueOf(method.minimumJava()));
    return place;
  }
}
