package org.mitogen4j.internal.parent.classes;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Names of classes of which one child was told that there are none. Each child has its own share of
 * memory, so that none can fill it with names, nor push out what others asked for. Not for use by
 * several threads at a time.
 */
final class AbsentNames {
  /** Letters of all names together; the oldest are forgotten. */
  static final int MAX_LETTERS = 1 << 16;

  private final Set<String> names = new LinkedHashSet<>();
  private int letters;

  boolean contains(String name) {
    return names.contains(name);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  int letters() {
    return letters;
  }

  void add(String name) {
    if (names.add(name)) {
      letters += name.length();
      Iterator<String> oldest = names.iterator();
      while (letters > MAX_LETTERS) {
        letters -= oldest.next().length();
        oldest.remove();
      }
    }
  }

  void clear() {
    names.clear();
    letters = 0;
  }
}
