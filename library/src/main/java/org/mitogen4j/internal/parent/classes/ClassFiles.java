package org.mitogen4j.internal.parent.classes;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** A cache of the program's class files in parsed form, while there is memory. Thread safe. */
final class ClassFiles {
  /**
   * The number of class files at which a new generation begins; those that are not used again
   * before the next one are forgotten.
   */
  private static final int MAX_KEPT = 4000;

  /** The size in bytes from which a resource is not searched for names of classes. */
  private static final int MAX_RESOURCE = 1 << 16;

  private static final int MAX_WORDS = 5000;

  private static final int MAX_WORD = 200;

  final ClassSource source;

  /** The class files by name; false in place of one that can't be read. */
  private volatile SoftReference<Map<String, Object>> read = new SoftReference<>(null);

  /** The generation before, without those that were used since. */
  private volatile SoftReference<Map<String, Object>> before = new SoftReference<>(null);

  ClassFiles(ClassSource source) {
    this.source = source;
  }

  /** Forgets all, since the program may have other classes now. */
  void forget() {
    read = new SoftReference<>(null);
    before = new SoftReference<>(null);
  }

  /** A class of the program; null if it does not exist or can't be read. */
  ClassFile get(String name) {
    if (name.startsWith("java.")) {
      return null;
    }
    Map<String, Object> files = read.get();
    if (files == null || files.size() > MAX_KEPT) {
      before = new SoftReference<>(files);
      files = new ConcurrentHashMap<>();
      read = new SoftReference<>(files);
    }
    Object file = files.get(name);
    if (file == null) {
      Map<String, Object> older = before.get();
      file = older == null ? null : older.get(name);
      if (file == null) {
        file = read(name);
      }
      files.put(name, file);
    }
    return file instanceof ClassFile ? (ClassFile) file : null;
  }

  /**
   * The names of classes in a resource, such as a list of services or plug-ins, or a configuration.
   *
   * @param resource the key of the resource
   */
  Collection<String> named(String resource) {
    Set<String> named = new LinkedHashSet<>();
    byte[] answer =
        source.mayHave(ResourceKey.resource(resource)) ? source.classFile(resource) : null;
    if (answer != null && answer.length < MAX_RESOURCE) { // with the place before the content
      for (String word :
          new String(answer, StandardCharsets.ISO_8859_1).split("[^\\w.$]+", MAX_WORDS)) {
        if (word.indexOf('.') > 0 && word.length() < MAX_WORD) {
          // in many formats the byte before a text is its length, and may look like a letter
          String name = get(word) != null ? word : word.substring(1);
          if (name.indexOf('.') > 0 && get(name) != null) {
            named.add(name);
          }
        }
      }
    }
    return named;
  }

  /** Whether the program has a resource. */
  boolean hasResource(String key) {
    return source.mayHave(ResourceKey.resource(key)) && source.classFile(key) != null;
  }

  private Object read(String name) {
    try {
      byte[] bytes = source.classFile(name);
      return bytes == null ? false : new ClassFile(bytes);
    } catch (IllegalArgumentException e) {
      return false; // a newer format than this class knows
    }
  }
}
