package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.List;

/**
 * Shows which classes a JVM loads along with a class: superclasses, and those that the verifier and
 * reflection look at. It loads and links the class as the child will, but never initializes it: no
 * code of it runs. Not thread safe.
 */
final class LinkingProbe extends ClassLoader {
  private final ClassFiles files;
  private final boolean quick;
  private List<String> loaded = new ArrayList<>();

  /**
   * @param quick whether a class that another thread is reading counts as absent
   */
  LinkingProbe(ClassFiles files, boolean quick) {
    super(ClassLoader.getSystemClassLoader().getParent());
    this.files = files;
    this.quick = quick;
  }

  /** The classes, without the JDK's, that were loaded since the last call, in that order. */
  List<String> loaded() {
    List<String> names = loaded;
    loaded = new ArrayList<>();
    return names;
  }

  /** Loads a class, also one of the JDK; null if it is absent or can't be loaded. */
  Class<?> load(String name) {
    try {
      return loadClass(name);
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      return null;
    }
  }

  /** Loads the classes that linking a class loads. */
  void link(String name) {
    look(name, true, false, false);
  }

  /** Loads the classes that looking for a method by reflection loads. */
  void reflect(String name) {
    look(name, false, true, false);
  }

  /** Loads the classes that serialization loads. */
  void serialize(String name) {
    look(name, true, true, true);
  }

  /** Links a class: asking for its constructors does that, and loads the fewest other classes. */
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
        // the child will fail in the same way and report it
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
    boolean skipped = name.startsWith("java.") || quick && files.source.isSlow(name);
    ClassFile file = skipped ? null : files.get(name);
    if (file == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] bytes = file.bytes();
    loaded.add(name);
    return defineClass(name, bytes, 0, bytes.length);
  }
}
