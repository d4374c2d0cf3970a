package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The classes and resources that a search has found, each with the reason for it, and the class
 * files of the program that it looks at. A class brings what is above it.
 */
final class NeededClasses {
  /** Classes for which is looked exactly what linking them loads. */
  private static final int PROBED = 60;

  private final Map<String, String> needed = new LinkedHashMap<>();
  private final ClassFiles files;

  /** Whether the child waits for what is found: then nothing is looked at that takes long. */
  private final boolean quick;

  final LinkingProbe trial;
  private final Set<String> looked = new HashSet<>();
  private final Set<String> skipped = new HashSet<>();

  /** The program's classes above a class, and itself, by its name. */
  private final Map<String, Collection<ClassFile>> hierarchies = new HashMap<>();

  private int probed;

  NeededClasses(ClassFiles files, boolean quick) {
    this.files = files;
    this.quick = quick;
    trial = new LinkingProbe(files.source, quick);
  }

  /** A copy for a search that looks at nothing that takes long. */
  NeededClasses(NeededClasses other) {
    this(other.files, true);
    needed.putAll(other.needed);
    probed = PROBED;
  }

  /** From now on nothing is linked on trial: quick rather than exact. */
  void stopProbing() {
    probed = PROBED;
  }

  /** A class of the program; null where there is none that is looked at. */
  ClassFile file(String name) {
    if (quick && looked.add(name) && files.source.isSlow(name)) {
      skipped.add(name);
    }
    return skipped.contains(name) ? null : files.get(name);
  }

  /** A class that a child asked for is looked at, although it was skipped before. */
  void look(String name) {
    skipped.remove(name);
    looked.add(name);
  }

  /** The names and reasons; the most likely first. */
  Map<String, String> all() {
    return needed;
  }

  int size() {
    return needed.size();
  }

  /**
   * The names that were found later.
   *
   * @param before how many names there were then
   */
  List<String> since(int before) {
    return new ArrayList<>(needed.keySet()).subList(before, needed.size());
  }

  boolean has(String name) {
    return needed.containsKey(name);
  }

  void need(String name, String why) {
    if (!LibraryNames.isKernel(name)) {
      needed.putIfAbsent(name, why);
    }
  }

  /** A class is loaded, and what is above it, but nothing of it runs. */
  boolean load(String type, String why) {
    return load(type, why, null);
  }

  private boolean load(String type, String why, String below) {
    if (type.startsWith("java.")) {
      return false;
    } else if (needed.containsKey(type)) {
      return true;
    } else if (LibraryNames.isLibrary(type)) {
      boolean found = trial.load(type) != null;
      noteLoaded(why, type);
      return found;
    }
    ClassFile file = file(type);
    if (file == null) {
      return false;
    }
    need(type, why);
    for (String above : file.supers) {
      load(above, below == null ? "loaded with " + type : why, type);
    }
    return true;
  }

  /** Notes what the trial loaded since this was called last. */
  void noteLoaded(String why) {
    noteLoaded(why, null);
  }

  private void noteLoaded(String why, String first) {
    for (String name : trial.loaded()) {
      need(name, first == null || name.equals(first) ? why : "loaded with " + first);
    }
  }

  /** Notes what linking a class loads, if few classes were linked before. */
  boolean probe(String type, String why) {
    if (probed >= PROBED) {
      return false;
    }
    probed++;
    trial.link(type);
    noteLoaded(why);
    return true;
  }

  /**
   * The program's classes above a class, and itself: the class first, the nearest before others.
   */
  Collection<ClassFile> hierarchy(String type) {
    Collection<ClassFile> known = hierarchies.get(type);
    if (known == null) {
      Set<ClassFile> found = new LinkedHashSet<>();
      addHierarchy(type, found);
      known = new ArrayList<>(found);
      if (!quick || !known.isEmpty()) { // it may be looked at later, when it is not slow any more
        hierarchies.put(type, known);
      }
    }
    return known;
  }

  private void addHierarchy(String type, Set<ClassFile> found) {
    ClassFile file = LibraryNames.isLibrary(type) ? null : file(type);
    if (file != null && found.add(file)) {
      for (String above : file.supers) {
        addHierarchy(above, found);
      }
    }
  }

  /** Whether two classes may use each other's private members is looked up in their nest's host. */
  void nest(String type) {
    ClassFile file = file(type);
    String host = file == null ? null : file.nestHost();
    if (host != null) {
      load(host, "the nest's host of " + type);
    }
  }
}
