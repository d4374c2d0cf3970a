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
 * Finds the overriding methods that may run: those that a search has seen called on objects, in
 * classes of which it has seen objects made.
 */
final class MadeObjects {
  private final NeededClasses classes;
  private final OutsideTypes outside;
  private final Set<String> made = new HashSet<>();

  /** Stands for all types that are not the program's. */
  private static final String ANY = "";

  /** The types on which a method is called, by the method's name and descriptor. */
  private final Map<String, Set<String>> called = new HashMap<>();

  /** The methods of made objects that no call was seen of, by name and descriptor. */
  private final Map<String, List<Waiting>> waiting = new HashMap<>();

  /** A method of a class of which an object is made. */
  private static final class Waiting {
    final MethodCode code;

    /** The class, its superclasses and its interfaces, as far as they are the program's. */
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
   * Notes that a method is called on an object.
   *
   * @param type the type by which the code calls it
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
   * Notes that an object is made, and finds the methods of its class that may run.
   *
   * @param byProgram receives the methods that the program calls
   * @param byOthers receives the methods that only the JDK or the library may call
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
