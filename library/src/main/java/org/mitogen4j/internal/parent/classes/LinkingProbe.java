package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.List;

/**
 * Shows what a JVM loads along with a class: superclasses, what the verifier looks at, what
 * reflection looks at. The class is loaded and linked here, as it will be in the child, but never
 * initialized: nothing of it runs. For use by one thread.
 */
final class LinkingProbe extends ClassLoader {
  private final ClassSource source;
  private final boolean quick;
  private List<String> loaded = new ArrayList<>();

  /**
   * @param quick whether a class that another thread is reading counts as none
   */
  LinkingProbe(ClassSource source, boolean quick) {
    super(ClassLoader.getSystemClassLoader().getParent());
    this.source = source;
    this.quick = quick;
  }

  /** Classes, other than the JDK's, that were loaded since this was asked last, in that order. */
  List<String> loaded() {
    List<String> names = loaded;
    loaded = new ArrayList<>();
    return names;
  }

  /** A class of whatever kind; null where there is no such, or it can't be loaded. */
  Class<?> load(String name) {
    try {
      return loadClass(name);
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      return null;
    }
  }

  /** Loads what linking a class does. */
  void link(String name) {
    look(name, true, false, false);
  }

  /** Loads what looking for a method of a class by reflection does. */
  void reflect(String name) {
    look(name, false, true, false);
  }

  /** Loads what serialization does. */
  void serialize(String name) {
    look(name, true, true, true);
  }

  /** Each of these links the class, too; constructors name the fewest others. */
  @SuppressWarnings("ReturnValueIgnored") // asking has the effect
  private void look(String name, boolean constructors, boolean methods, boolean fields) {
    Class<?> type = load(name);
    if (type != null && type.getClassLoader() == this) {
      try {
        if (constructors) {
          type.getDeclaredConstructors();
        }
        if (methods) {
          type.getDeclaredMethods();
        }
        if (fields) {
          type.getDeclaredFields();
        }
      } catch (LinkageError | RuntimeException e) {
        // the child will see it, too, and tell
      }
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Class<?> known = findLoadedClass(name);
    if (known != null) {
      return known;
    }
    if (LibraryNames.isLibrary(name)) {
      Class<?> type = Class.forName(name, false, LinkingProbe.class.getClassLoader());
      library(type);
      return type;
    }
    return super.loadClass(name, resolve);
  }

  private void library(Class<?> type) {
    if (type != null && LibraryNames.isLibrary(type.getName())) {
      loaded.add(type.getName());
      library(type.getSuperclass());
      for (Class<?> i : type.getInterfaces()) {
        library(i);
      }
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    boolean skipped = name.startsWith("java.") || quick && source.isSlow(name);
    byte[] bytes = skipped ? null : source.classFile(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    loaded.add(name);
    return defineClass(name, bytes, 0, bytes.length);
  }
}
