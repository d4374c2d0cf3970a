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
 * files that it reads. With a class its superclasses and interfaces are added.
 */
final class NeededClasses {
  /** The number of classes that are linked with {@link LinkingProbe}. */
  private static final int PROBED = 60;

  private final Map<String, String> needed = new LinkedHashMap<>();
  private final ClassFiles files;

  /** Whether a child waits for the result: then nothing is read that takes long. */
  private final boolean quick;

  final LinkingProbe trial;
  private final Set<String> looked = new HashSet<>();
  private final Set<String> skipped = new HashSet<>();

  /**
   * A class with its superclasses and interfaces, as far as they are the program's, by its name.
   */
  private final Map<String, Collection<ClassFile>> hierarchies = new HashMap<>();

  private int probed;
  private boolean stopsAtJars;
  private String called;

  NeededClasses(ClassFiles files, boolean quick) {
    this.files = files;
    this.quick = quick;
    trial = new LinkingProbe(files, quick);
  }

  /** A copy for a search that looks at nothing that takes long. */
  NeededClasses(NeededClasses other) {
    this(other.files, true);
    needed.putAll(other.needed);
    probed = PROBED;
  }

  /**
   * Looks into no class of the jars that are sent as they are, and links none.
   *
   * @param called the class of the function, which is looked into; null for none
   */
  void stopAtJars(String called) {
    stopsAtJars = true;
    this.called = called;
    stopProbing();
  }

  private boolean isLeftToJar(String name) {
    return stopsAtJars && !name.equals(called) && files.source.comesInJar(name);
  }

  /** Links no further classes, for speed. */
  void stopProbing() {
    probed = PROBED;
  }

  /** A class of the program; null if it is absent or takes long to read. */
  ClassFile file(String name) {
    if (isLeftToJar(name)) {
      return null;
    }
    if (quick && looked.add(name) && files.source.isSlow(name)) {
      skipped.add(name);
    }
    return skipped.contains(name) ? null : files.get(name);
  }

  /** Reads a class that a child asked for, even if it was skipped before. */
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
   * The names behind the first ones.
   *
   * @param before the number of names to leave out
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

  /** Adds a class that is loaded but not initialized, with its superclasses and interfaces. */
  boolean load(String type, String why) {
    return load(type, why, null);
  }

  private boolean load(String type, String why, String below) {
    if (type.startsWith("java.")) {
      return false;
    }
    return needed.containsKey(type) || add(type, why, below);
  }

  /** Not a part of {@link #load}, which runs often: the JVM would compile all of this with it. */
  private boolean add(String type, String why, String below) {
    if (LibraryNames.isLibrary(type)) {
      boolean found = trial.load(type) != null;
      noteLoaded(why, type);
      return found;
    }
    ClassFile file = file(type);
    if (file == null) {
      boolean comes = isLeftToJar(type);
      if (comes) {
        need(type, why);
      }
      return comes;
    }
    need(type, why);
    for (String above : file.supers) {
      load(above, below == null ? "loaded with " + type : why, type);
    }
    return true;
  }

  /** Adds the classes that the probe loaded since the last call. */
  void noteLoaded(String why) {
    noteLoaded(why, null);
  }

  private void noteLoaded(String why, String first) {
    for (String name : trial.loaded()) {
      need(name, first == null || name.equals(first) ? why : "loaded with " + first);
    }
  }

  /** Adds the classes that linking a class loads, unless many were linked before. */
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
   * A class with its superclasses and interfaces, as far as they are the program's, nearest first.
   */
  Collection<ClassFile> hierarchy(String type) {
    Collection<ClassFile> known = hierarchies.get(type);
    if (known == null) {
      Set<ClassFile> found = new LinkedHashSet<>();
      addHierarchy(type, found);
      known = new ArrayList<>(found);
      if (!quick || !known.isEmpty()) { // a class that was slow may be read later
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

  /** Adds the nest host: the JVM loads it to check the use of private members. */
  void nest(String type) {
    ClassFile file = file(type);
    String host = file == null ? null : file.nestHost();
    if (host != null) {
      load(host, "the nest's host of " + type);
    }
  }
}
