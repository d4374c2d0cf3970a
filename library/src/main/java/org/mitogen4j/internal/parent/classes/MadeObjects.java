package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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

  /** Methods by name and descriptor that are called on objects. */
  private final Set<String> called = new HashSet<>();

  /** Methods of objects that are made, not called as far as it is known, by name and descriptor. */
  private final Map<String, List<MethodCode>> waiting = new HashMap<>();

  MadeObjects(NeededClasses classes) {
    this.classes = classes;
    outside = new OutsideTypes(classes.trial);
  }

  void addAll(MadeObjects other) {
    made.addAll(other.made);
    called.addAll(other.called);
    for (Map.Entry<String, List<MethodCode>> e : other.waiting.entrySet()) {
      waiting.put(e.getKey(), new ArrayList<>(e.getValue()));
    }
    outside.addAll(other.outside);
  }

  /**
   * A method is called on some object.
   *
   * @param key its name and descriptor
   * @return the methods that may run now
   */
  List<MethodCode> call(String key) {
    List<MethodCode> same = called.add(key) ? waiting.remove(key) : null;
    return same == null ? new ArrayList<>() : same;
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
        if (called.contains(m.key())) {
          byProgram.add(code);
        } else if (overridable.contains(m.key())) {
          byOthers.add(code);
        } else {
          waiting.computeIfAbsent(m.key(), any -> new ArrayList<>()).add(code);
        }
      }
    }
  }
}
