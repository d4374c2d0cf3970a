package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.parent.classes.ClassFile.Member;

/**
 * The classes of which a search has seen objects made, and the methods that it has seen called on
 * objects: a method of the former that is one of the latter may run.
 */
final class MadeObjects {
  private final NeededClasses classes;
  private final OutsideTypes outside;
  private final Set<String> made = new HashSet<>();

  /** Stands for any type: one that is not the program's, so that what is above it is not known. */
  private static final String ANY = "";

  /** Types on whose objects methods are called, by name and descriptor of the method. */
  private final Map<String, Set<String>> called = new HashMap<>();

  /** Methods of objects that are made, not called as far as it is known, by name and descriptor. */
  private final Map<String, List<Waiting>> waiting = new HashMap<>();

  /** A method of a class of which an object is made. */
  private static final class Waiting {
    final MethodCode code;

    /** The class, and the program's classes above it. */
    final Set<String> types;

    Waiting(MethodCode code, Set<String> types) {
      this.code = code;
      this.types = types;
    }
  }

  MadeObjects(NeededClasses classes) {
    this.classes = classes;
    outside = new OutsideTypes(classes.trial);
  }

  void addAll(MadeObjects other) {
    made.addAll(other.made);
    for (Map.Entry<String, Set<String>> e : other.called.entrySet()) {
      called.put(e.getKey(), new HashSet<>(e.getValue()));
    }
    for (Map.Entry<String, List<Waiting>> e : other.waiting.entrySet()) {
      waiting.put(e.getKey(), new ArrayList<>(e.getValue()));
    }
    outside.addAll(other.outside);
  }

  /**
   * A method is called on some object.
   *
   * @param type of which the object is, or something below it
   * @param key the method's name and descriptor
   * @return the methods that may run now
   */
  List<MethodCode> call(String type, String key) {
    String owner = classes.file(type) == null ? ANY : type;
    List<MethodCode> run = new ArrayList<>();
    List<Waiting> same = waiting.get(key);
    if (called.computeIfAbsent(key, any -> new HashSet<>(2)).add(owner) && same != null) {
      for (Iterator<Waiting> all = same.iterator(); all.hasNext(); ) {
        Waiting next = all.next();
        if (owner.equals(ANY) || next.types.contains(owner)) {
          run.add(next.code);
          all.remove();
        }
      }
    }
    return run;
  }

  private boolean isCalled(String key, Set<String> types) {
    Set<String> owners = called.get(key);
    return owners != null && (owners.contains(ANY) || !Collections.disjoint(owners, types));
  }

  /**
   * An object is made.
   *
   * @param byProgram where methods are added that the program calls
   * @param byOthers where methods are added that only others than the program may call
   */
  void make(String type, Collection<MethodCode> byProgram, Collection<MethodCode> byOthers) {
    if (classes.file(type) == null || !made.add(type)) {
      return;
    }
    Collection<ClassFile> hierarchy = classes.hierarchy(type);
    Set<String> names = new HashSet<>();
    for (ClassFile file : hierarchy) {
      names.add(file.name);
    }
    Set<String> overridable = new HashSet<>();
    for (ClassFile file : hierarchy) {
      for (String above : file.supers) {
        if (!names.contains(above)) {
          overridable.addAll(outside.methods(above));
        }
      }
    }
    for (ClassFile file : hierarchy) {
      for (Member m : file.members.values()) {
        if (!m.hasCode() || m.is(ClassFile.STATIC) || m.name.startsWith("<")) {
          continue;
        }
        MethodCode code = new MethodCode(file.name, m);
        if (isCalled(m.key(), names)) {
          byProgram.add(code);
        } else if (overridable.contains(m.key())) {
          byOthers.add(code);
        } else {
          waiting.computeIfAbsent(m.key(), any -> new ArrayList<>()).add(new Waiting(code, names));
        }
      }
    }
  }
}
