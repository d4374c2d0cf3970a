package org.mitogen4j.internal.master;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.functions.FunctionName;

/**
 * Finds classes that two class loaders of the program have under one name, with different content.
 * Contexts know classes by their names only: they get the class of the class loader that was used
 * first, which must not run in place of the other unnoticed. Thread safe.
 */
final class LoaderConflicts {
  private static final Logger LOG = Logger.getLogger(Loggers.CLASSES);

  /** The most functions and classes that are remembered for each class loader. */
  private static final int MAX_CHECKED = 10_000;

  private final List<ClassLoader> loaders;
  private final ClassPaths paths;

  /** By class loader, the functions and classes of which it has the version that contexts get. */
  private final Map<ClassLoader, Set<String>> checked = new ConcurrentHashMap<>();

  /** The class loaders that were warned of. */
  private final Set<ClassLoader> warned = ConcurrentHashMap.newKeySet();

  /**
   * Checks class loaders.
   *
   * @param paths what is known of their class paths
   */
  LoaderConflicts(List<ClassLoader> loaders, ClassPaths paths) {
    this.loaders = loaders;
    this.paths = paths;
  }

  /**
   * Checks the class of a function that is going to be called.
   *
   * @throws IllegalArgumentException when a class loader that was used before has another class of
   *     its name
   */
  void requireSame(ClassLoader loader, String function) {
    if (loaders.size() > 1 && !isChecked(loader, function)) {
      String className = FunctionName.of(function).className;
      String[] places = conflict(loader, className);
      if (places != null) {
        throw new IllegalArgumentException(
            "the program has two classes of the name "
                + className
                + ", and the called one is not the one that contexts of this router get: that is "
                + places[0]
                + ", whose class loader was used first; the called one is "
                + places[1]
                + ". Use a router for each class loader, which RouterOptions.classLoader sets; their"
                + " children may share one process (SharedProcess)");
      }
      check(loader, function);
    }
  }

  /** Logs a warning, once for each class loader, when it has another class than contexts get. */
  void warn(ClassLoader loader, Collection<String> names) {
    if (loaders.size() == 1 || warned.contains(loader)) {
      return;
    }
    for (String name : names) {
      if (!ResourceKey.isResource(name) && !isChecked(loader, name)) {
        String[] places = conflict(loader, name);
        if (places != null && warned.add(loader)) {
          Log.log(
              LOG,
              Level.WARNING,
              "the program has two classes of the name {0}: contexts get {1}, whose class loader"
                  + " was used first, and not {2}, which the called function uses in the program."
                  + " Further classes of that class loader are not looked at. Use a router for each"
                  + " class loader (RouterOptions.classLoader)",
              name,
              places[0],
              places[1]);
          return;
        }
        check(loader, name);
      }
    }
  }

  private boolean isChecked(ClassLoader loader, String name) {
    Set<String> names = checked.get(loader);
    return names != null && names.contains(name);
  }

  private void check(ClassLoader loader, String name) {
    Set<String> names = checked.computeIfAbsent(loader, key -> ConcurrentHashMap.newKeySet());
    if (names.size() < MAX_CHECKED) {
      names.add(name);
    }
  }

  /** The URLs of the class that contexts get and of the loader's; null if their bytes are equal. */
  private String[] conflict(ClassLoader loader, String className) {
    String path = className.replace('.', '/') + ".class";
    if (isKnownToBeSame(loader, path)) {
      return null;
    }
    URL own = loader.getResource(path);
    if (own == null || Places.isJdk(own)) {
      return null;
    }
    for (ClassLoader other : loaders) {
      URL first = other == loader ? own : other.getResource(path);
      if (first != null) {
        return first.toString().equals(own.toString()) || haveEqualBytes(first, own)
            ? null
            : new String[] {first.toString(), own.toString()};
      }
    }
    return null;
  }

  /** Whether class paths tell, without asking class loaders, which take longer. */
  private boolean isKnownToBeSame(ClassLoader loader, String path) {
    ClassPath known = paths.known(loader);
    ClassPath.Entry own = known == null ? null : known.find(path);
    for (ClassLoader other : loaders) {
      if (other == loader || own == null) {
        return own != null && own.place(path) != null;
      }
      ClassPath before = paths.known(other);
      ClassPath.Entry entry = before == null ? null : before.find(path);
      if (entry != null) {
        return entry.isSame(own, path);
      } else if (before == null || !before.lacks(path)) {
        return false;
      }
    }
    return false;
  }

  private static boolean haveEqualBytes(URL one, URL other) {
    try (InputStream a = one.openStream();
        InputStream b = other.openStream()) {
      return Arrays.equals(ClassFinder.read(a), ClassFinder.read(b));
    } catch (IOException unreadable) {
      return true; // sending the class will fail with a message
    }
  }
}
