package org.mitogen4j.internal.parent.classes;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Names of absent classes that one child was told of. Bounded for each child, so that a child can
 * neither fill the memory nor push out the names of others. Not thread safe.
 */
final class AbsentNames {
  /** The most letters of all names together; beyond it the oldest names are forgotten. */
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
