package org.mitogen4j.internal.parent.classes;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.context.functions.FunctionName;

/**
 * Tells which methods the JDK or the library may call on the program's objects: those of their
 * types that the program's classes extend or implement.
 */
final class OutsideTypes {
  private final LinkingProbe trial;

  /** The names and descriptors of methods, by the type's name. */
  private final Map<String, Set<String>> known = new HashMap<>();

  OutsideTypes(LinkingProbe trial) {
    this.trial = trial;
  }

  void addAll(OutsideTypes other) {
    known.putAll(other.known);
  }

  /** The methods of a type that is not the program's, with those of its supertypes. */
  Set<String> methods(String type) {
    Set<String> keys = known.get(type);
    if (keys == null) {
      keys = new HashSet<>();
      overridable(trial.load(type), keys);
      trial.loaded(); // the child has these types
      known.put(type, keys);
    }
    return keys;
  }

  private static void overridable(Class<?> type, Set<String> keys) {
    if (type == null) {
      return;
    }
    try {
      for (Method m : type.getDeclaredMethods()) {
        if (!Modifier.isStatic(m.getModifiers()) && !Modifier.isPrivate(m.getModifiers())) {
          keys.add(m.getName() + FunctionName.descriptor(m));
        }
      }
    } catch (LinkageError e) {
      return; // the child will fail in the same way
    }
    overridable(type.getSuperclass(), keys);
    for (Class<?> i : type.getInterfaces()) {
      overridable(i, keys);
    }
  }
}
