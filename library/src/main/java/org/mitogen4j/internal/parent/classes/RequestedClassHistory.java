package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What earlier children asked for while they ran a function, so that later ones need not. */
final class RequestedClassHistory {
  private static final int MAX_FUNCTIONS = 1000;
  private static final int MAX_CLASSES = 500;

  private final Map<String, Set<String>> byFunction = new HashMap<>(); // guarded by this

  /** A child that was last sent a call of a function asked for a class. */
  synchronized void asked(String function, String className) {
    if (byFunction.size() < MAX_FUNCTIONS || byFunction.containsKey(function)) {
      Set<String> names = byFunction.computeIfAbsent(function, f -> new LinkedHashSet<>());
      if (names.size() < MAX_CLASSES) {
        names.add(className);
      }
    }
  }

  synchronized List<String> of(String function) {
    Set<String> names = byFunction.get(function);
    return names == null ? Collections.emptyList() : new ArrayList<>(names);
  }
}
