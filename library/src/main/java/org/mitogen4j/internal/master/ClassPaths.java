package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The class paths of the program's class loaders, and their jars, each read once. Thread safe. */
final class ClassPaths {
  private final Map<ClassLoader, ClassPath> paths = new ConcurrentHashMap<>();

  @GuardedBy("this")
  private final Map<File, JarNames> jars = new HashMap<>();

  ClassPath of(ClassLoader loader) {
    ClassPath path = known(loader);
    return path != null ? path : paths.computeIfAbsent(loader, l -> new ClassPath(l, this));
  }

  /** Null for a class loader that no class was looked for in. */
  ClassPath known(ClassLoader loader) {
    return paths.get(loader);
  }

  /** As {@link #jar}; null for a file that is no jar, or one that only the JDK may understand. */
  JarNames jarIfReadable(File file) {
    try {
      return file == null ? null : jar(file);
    } catch (IOException e) {
      return null;
    }
  }

  /** Reads a jar, unless it was read before. */
  synchronized JarNames jar(File file) throws IOException {
    JarNames jar = jars.get(file);
    if (jar == null) {
      jar = new JarNames(file);
      jars.put(file, jar);
    }
    return jar;
  }
}
