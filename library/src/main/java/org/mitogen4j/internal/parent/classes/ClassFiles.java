package org.mitogen4j.internal.parent.classes;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.ResourceKey;

/** The program's class files, as far as they were read; kept while there is memory. Thread safe. */
final class ClassFiles {
  /** Of twice as many class files those are forgotten that were not used of late. */
  private static final int MAX_KEPT = 4000;

  /** The size in bytes from which a resource is not searched for names of classes. */
  private static final int MAX_RESOURCE = 1 << 16;

  private static final int MAX_WORDS = 5000;

  private static final int MAX_WORD = 200;

  final ClassSource source;

  /** Class files by name; false where there is none that can be read. */
  private volatile SoftReference<Map<String, Object>> read = new SoftReference<>(null);

  /** What was read before that, and not used since. */
  private volatile SoftReference<Map<String, Object>> before = new SoftReference<>(null);

  ClassFiles(ClassSource source) {
    this.source = source;
  }

  /** There may be other classes now. */
  void forget() {
    read = new SoftReference<>(null);
    before = new SoftReference<>(null);
  }

  /** A class of the program; null where there is no such, or it can't be read. */
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
   * Classes that are named in a resource, such as a list of services or plug-ins, or a
   * configuration.
   *
   * @param resource its key
   */
  Collection<String> named(String resource) {
    Set<String> named = new LinkedHashSet<>();
    byte[] answer = source.mayHave(ResourceKey.resource(resource)) ? source.classFile(resource) : null;
    if (answer != null && answer.length < MAX_RESOURCE) { // the answer holds more than the content
      for (String word :
          new String(answer, StandardCharsets.ISO_8859_1).split("[^\\w.$]+", MAX_WORDS)) {
        if (word.indexOf('.') > 0 && word.length() < MAX_WORD) {
          // in many formats the length of a text stands before it: a byte that may be a letter
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
      return false; // of a later format than ours
    }
  }
}
