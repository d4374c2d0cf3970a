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
 * Where starts found java that had to look for it: later ones by the same command line begin there.
 * What is remembered of a place is only ever run at that place. Any thread may use it.
 */
final class FoundJava {
  /** Places that are remembered at most; with more, all are forgotten. */
  private static final int MAX_PLACES = 1000;

  /** No longer path is remembered, in characters. */
  private static final int MAX_PATH = 4096;

  private static final byte[] NOTHING = {};

  /** What is remembered of a place. */
  static final class Entry {
    final String path;

    /** Whether it takes the careful script, since it is a wrapper, or gets options. */
    final boolean careful;

    Entry(String path, boolean careful) {
      this.path = path;
      this.careful = careful;
    }
  }

  @GuardedBy("this")
  private final Map<List<String>, Entry> places = new HashMap<>();

  /** What is remembered for a method; null for nothing. */
  Entry get(ConnectionMethod<?> method) {
    synchronized (this) {
      if (places.isEmpty()) { // as it nearly always is
        return null;
      }
    }
    List<String> place = place(method);
    synchronized (this) {
      return place == null ? null : places.get(place);
    }
  }

  /** Remembers it for methods with the same command line, unless a method does not tell its own. */
  void put(ConnectionMethod<?> method, String path, boolean careful) {
    List<String> place = place(method);
    if (place == null || !path.startsWith("/") || path.length() > MAX_PATH) {
      return;
    }
    synchronized (this) {
      if (places.size() >= MAX_PLACES) {
        places.clear();
      }
      places.put(place, new Entry(path, careful));
    }
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
    CommandLine line = method.commandLine(new Bootstrap("0", "", NOTHING, NOTHING, NOTHING));
    if (line == null) {
      return null;
    }
    List<String> place = new ArrayList<>(line.words());
    place.add(String.valueOf(method.minimumJava()));
    return place;
  }
}
