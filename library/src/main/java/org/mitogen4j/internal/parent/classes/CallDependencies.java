package org.mitogen4j.internal.parent.classes;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.parent.classes.ClassFile.Member;
import org.mitogen4j.internal.parent.classes.ClassFile.Reference;

/**
 * The classes that a call needs. From the method that is called the code is followed, method by
 * method, through the program's classes; a method that may override what is called counts when an
 * object of its class is made. For each class on the way there is also what the JVM loads along
 * with it ({@link LinkingProbe}). The JDK's classes and the library's are not followed.
 */
final class CallDependencies {
  /** More classes than these do not go along with a call; the child will ask. */
  static final int MAX_CLASSES = 500;

  private static final Set<String> LIBRARY =
      new HashSet<>(
          Arrays.asList(
              "",
              ".connect.spi",
              ".internal.kernel",
              ".internal.context",
              ".internal.context.codec",
              ".internal.parent",
              ".internal.parent.classes",
              ".internal.parent.start",
              ".internal.parent.door",
              ".internal.master"));
  private static final String ROOT = "org.mitogen4j";
  private static final String KERNEL = ROOT + ".internal.kernel.";

  /** Classes of the API that mean that a function is going to use it. */
  private static final List<String> USES_API = Arrays.asList(ROOT + ".Router", ROOT + ".Context");

  /** What is needed, and why. */
  private final Map<String, String> needed = new LinkedHashMap<>();

  private final LinkingProbe trial;
  private final ArrayDeque<Code> open = new ArrayDeque<>();
  private final Set<String> visited = new HashSet<>();
  private final Set<String> initialized = new HashSet<>();
  private final Set<String> made = new HashSet<>();

  /** Methods by name and descriptor that are called on objects. */
  private final Set<String> called = new HashSet<>();

  /** Methods of objects that are made, not called as far as it is known, by name and descriptor. */
  private final Map<String, List<Code>> waiting = new HashMap<>();

  private final Map<Class<?>, Set<String>> outside = new HashMap<>();
  private boolean usesApi;
  private boolean missing;

  private CallDependencies(ClassSource source) {
    trial = new LinkingProbe(source);
  }

  /** A closure that is known: it keeps names only. */
  static final class Result {
    /** Class names, each with the reason for it. */
    final Map<String, String> classes;

    /** Whether the function uses the library's API. */
    final boolean usesApi;

    /** Whether there are more classes. */
    final boolean cut;

    /** Whether the class of a function is not to be had, or can't be loaded here. */
    final boolean missing;

    Result(CallDependencies closure) {
      classes = closure.needed;
      usesApi = closure.usesApi;
      cut = closure.isFull();
      missing = closure.missing;
    }
  }

  /** Whether a class is one of the library's own. */
  static boolean isLibrary(String name) {
    return name.startsWith(ROOT)
        && LIBRARY.contains(
            name.substring(ROOT.length(), Math.max(ROOT.length(), name.lastIndexOf('.'))));
  }

  /**
   * Follows a function.
   *
   * @param function as it is called, {@code class#method(descriptor)result}; null for none
   * @param values what the arguments bring: names of classes that objects are of, and further
   *     functions, which the objects may call
   */
  static Result of(ClassSource source, String function, Collection<String> values) {
    CallDependencies closure = new CallDependencies(source);
    if (function != null) {
      closure.function(function, "called");
    }
    for (String value : values) {
      if (value.indexOf('#') >= 0) {
        closure.function(value, "argument");
      } else {
        closure.value(value);
      }
    }
    while (!closure.open.isEmpty() && !closure.isFull()) {
      closure.references(closure.open.remove());
    }
    return new Result(closure);
  }

  private boolean isFull() {
    return needed.size() >= MAX_CLASSES;
  }

  private void function(String function, String why) {
    int hash = function.indexOf('#');
    String type = function.substring(0, hash);
    String key = function.substring(hash + 1);
    missing |= !load(type, why) && !type.startsWith("java.");
    called(key);
    if (isLibrary(type)) {
      return;
    }
    initialize(type, why);
    trial.reflect(type);
    note("in a method's signature in " + type);
    if (key.startsWith("<init>")) {
      make(type);
    }
    follow(null, type, key);
  }

  private void value(String type) {
    initialize(type, "argument");
    trial.serialize(type);
    note("in a member's type in " + type);
    make(type);
    ClassFile file = trial.file(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        if (m.hasCode() && (m.name.startsWith("read") || m.name.equals("<init>"))) {
          visit(new Code(type, m)); // called by serialization, or by our codec for a record
        }
      }
    }
  }

  // ---- classes

  /** A class is loaded, but nothing of it runs. */
  private boolean load(String type, String why) {
    if (type.startsWith("java.") || trial.load(type) == null) {
      return false;
    }
    List<String> loaded = trial.loaded();
    for (String name : loaded) {
      need(name, name.equals(type) ? why : "loaded with " + type);
    }
    return true;
  }

  private void note(String why) {
    for (String name : trial.loaded()) {
      need(name, why);
    }
  }

  private void need(String name, String why) {
    if (!name.startsWith(KERNEL)) {
      needed.putIfAbsent(name, why);
    }
  }

  /** A class is linked and initialized, and its superclasses with it. */
  private void initialize(String type, String why) {
    if (load(type, why) && initialized.add(type)) {
      trial.link(type);
      note("looked at by the verifier in " + type);
      ClassFile file = trial.file(type);
      if (file != null) {
        Member initializer = file.members.get("<clinit>()V");
        if (initializer != null) {
          visit(new Code(type, initializer));
        }
        for (String above : file.supers) {
          initialize(dotted(above), why);
        }
      }
    }
  }

  /** An object is made: what is called on it counts from now on. */
  private void make(String type) {
    if (!made.add(type) || trial.file(type) == null) {
      return;
    }
    Set<String> overridable = new HashSet<>();
    outside(trial.load(type), overridable);
    for (ClassFile file : hierarchy(type, new LinkedHashMap<>()).values()) {
      for (Member m : file.members.values()) {
        if (m.hasCode() && !m.is(ClassFile.STATIC) && !m.name.startsWith("<")) {
          Code code = new Code(dotted(file.name), m);
          if (called.contains(m.key()) || overridable.contains(m.key())) {
            visit(code);
          } else {
            List<Code> same = waiting.get(m.key());
            if (same == null) {
              same = new ArrayList<>();
              waiting.put(m.key(), same);
            }
            same.add(code);
          }
        }
      }
    }
  }

  /** The program's classes above a class, and itself. */
  private Map<String, ClassFile> hierarchy(String type, Map<String, ClassFile> found) {
    ClassFile file = found.containsKey(type) ? null : trial.file(type);
    if (file != null) {
      found.put(type, file);
      for (String above : file.supers) {
        hierarchy(dotted(above), found);
      }
    }
    return found;
  }

  /** Adds the methods of supertypes that are not the program's: anybody may call them. */
  private void outside(Class<?> type, Set<String> keys) {
    if (type == null) {
      return;
    }
    if (type.getClassLoader() != trial) {
      Set<String> own = outside.get(type);
      if (own == null) {
        own = overridable(type);
        outside.put(type, own);
      }
      keys.addAll(own);
    }
    outside(type.getSuperclass(), keys);
    for (Class<?> i : type.getInterfaces()) {
      outside(i, keys);
    }
  }

  private static Set<String> overridable(Class<?> type) {
    Set<String> keys = new HashSet<>();
    for (Method m : type.getDeclaredMethods()) {
      if (!Modifier.isStatic(m.getModifiers()) && !Modifier.isPrivate(m.getModifiers())) {
        MethodType descriptor = MethodType.methodType(m.getReturnType(), m.getParameterTypes());
        keys.add(m.getName() + descriptor.toMethodDescriptorString());
      }
    }
    return keys;
  }

  // ---- code

  private void called(String key) {
    if (called.add(key)) {
      List<Code> same = waiting.remove(key);
      if (same != null) {
        for (Code code : same) {
          visit(code);
        }
      }
    }
  }

  /** A method with code. */
  private static final class Code {
    final String type;
    final Member method;

    Code(String type, Member method) {
      this.type = type;
      this.method = method;
    }
  }

  private void visit(Code code) {
    if (visited.add(code.type + '#' + code.method.key())) {
      open.add(code);
    }
  }

  private void references(Code code) {
    String type = code.type;
    String why = "referenced by " + type + "." + code.method.name;
    for (Reference r : referencesIn(trial.file(type), code.method)) {
      String owner = dotted(r.owner);
      if (isLibrary(owner)) {
        usesApi |= USES_API.contains(owner);
      } else if (!owner.startsWith("java.")) {
        reference(type, r, owner, why);
      } else if (owner.startsWith("java.lang.invoke.") && r.descriptor != null) {
        for (String named : ClassFile.types(r.descriptor)) {
          load(dotted(named), why); // a call by a method handle looks all of them up
        }
      }
    }
  }

  private static List<Reference> referencesIn(ClassFile file, Member method) {
    try {
      return file.references(method);
    } catch (IllegalArgumentException e) {
      return new ArrayList<>(); // of a later format than ours: the child will ask
    }
  }

  private void reference(String type, Reference r, String owner, String why) {
    switch (r.instruction) {
      case ClassFile.NEW:
        initialize(owner, why);
        make(owner);
        break;
      case ClassFile.GETSTATIC:
      case ClassFile.PUTSTATIC:
      case ClassFile.INVOKESTATIC:
        initialize(owner, why);
        follow(type, owner, r.key());
        break;
      case ClassFile.INVOKEVIRTUAL:
      case ClassFile.INVOKEINTERFACE:
        load(owner, why);
        follow(type, owner, r.key());
        called(r.key());
        break;
      default:
        load(owner, why);
        if (r.name != null) {
          follow(type, owner, r.key());
        }
    }
  }

  /** Finds the method or field that is meant, and follows its code. */
  private void follow(String from, String owner, String key) {
    for (ClassFile file : hierarchy(owner, new LinkedHashMap<>()).values()) {
      Member member = file.members.get(key);
      if (member != null) {
        String type = dotted(file.name);
        if (from != null && member.is(ClassFile.PRIVATE) && !from.equals(type)) {
          nest(from);
          nest(type);
        }
        if (member.hasCode()) {
          visit(new Code(type, member));
        }
        return;
      }
    }
  }

  /** Whether two classes may use each other's private members is looked up in their nest's host. */
  private void nest(String type) {
    String host = trial.file(type).nestHost();
    if (host != null) {
      load(dotted(host), "the nest's host of " + type);
    }
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
