package org.mitogen4j.internal.parent.classes;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The program's class files, as far as they were read; kept while there is memory. Thread safe. */
final class ClassFiles {
  /** The most classes whose files are kept. */
  private static final int MAX_KEPT = 4000;

  /** No list of services is longer, in bytes, or has more words. */
  private static final int MAX_SERVICES = 1 << 14;

  private static final int MAX_WORDS = 500;

  final ClassSource source;

  /** Class files by name; false where there is none that can be read. */
  private volatile SoftReference<Map<String, Object>> read = new SoftReference<>(null);

  ClassFiles(ClassSource source) {
    this.source = source;
  }

  /** There may be other classes now. */
  void forget() {
    read = new SoftReference<>(null);
  }

  /** A class of the program; null where there is no such, or it can't be read. */
  ClassFile get(String name) {
    if (name.startsWith("java.")) {
      return null;
    }
    Map<String, Object> files = read.get();
    if (files == null || files.size() > MAX_KEPT) {
      files = new ConcurrentHashMap<>();
      read = new SoftReference<>(files);
    }
    Object file = files.get(name);
    if (file == null) {
      file = read(name);
      files.put(name, file);
    }
    return file instanceof ClassFile ? (ClassFile) file : null;
  }

  /**
   * Classes that a list of services names.
   *
   * @param services the key of the resource
   */
  Collection<String> providers(String services) {
    List<String> providers = new ArrayList<>();
    byte[] answer = source.classFile(services);
    if (answer != null && answer.length < MAX_SERVICES) { // with more than the list in it
      for (String word :
          new String(answer, StandardCharsets.ISO_8859_1).split("[^\\w.$]+", MAX_WORDS)) {
        if (word.indexOf('.') > 0 && get(word) != null) {
          providers.add(word);
        }
      }
    }
    return providers;
  }

  /** Whether the program has a resource. */
  boolean hasResource(String key) {
    return source.classFile(key) != null;
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
