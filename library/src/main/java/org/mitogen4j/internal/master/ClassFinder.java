package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.kernel.Message;

/**
 * Reads class files where the program's class loaders find them, the first loader first. Most are
 * found by the {@link ClassPath} of the loader. Thread safe.
 */
final class ClassFinder {
  private static final int MAX_CLASS = 1 << 26;

  // the least and the most bytes that are allocated before a file is read
  private static final int MIN_READ = 1 << 10;
  private static final int MAX_READ = 1 << 20;

  private static final byte[] MAGIC = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE};

  private final List<ClassLoader> loaders;
  private final ClassPaths paths;
  private final Places places;

  ClassFinder(List<ClassLoader> loaders, ClassPaths paths, Places places) {
    this.loaders = loaders;
    this.paths = paths;
    this.places = places;
  }

  /**
   * Finds and reads a class file.
   *
   * @param version of the variant; 0 for the one that all versions of Java can use
   * @return null for none, and for a class of the JDK
   */
  byte[] find(String className, String path, int version) {
    List<ClassLoader> skipped = new ArrayList<>();
    Set<ClassLoader> asked = new HashSet<>();
    for (ClassLoader loader : loaders) {
      ClassPath known = paths.of(loader);
      ClassPath.Entry entry = version > 0 ? null : known.find(path);
      if (entry == null && version == 0 && known.lacks(path)) {
        skipped.add(loader);
        continue;
      }
      byte[] classFile =
          entry == null ? null : read(loader, entry, className, path, skipped, asked);
      if (classFile == null) {
        classFile = ask(loader, entry, className, path, version, asked);
      }
      if (classFile != null) {
        return classFile;
      } else if (version == 0 && entry == null) {
        known.noteAbsent(path);
      }
    }
    for (ClassLoader loader : skipped) { // some make classes, or know more than they list
      byte[] classFile = ask(loader, null, className, path, version, asked);
      if (classFile != null) {
        return classFile;
      }
    }
    return null;
  }

  /** The first jar that is known to have a class, if it is plain; null for none. */
  File jarOf(String className) {
    ClassPath.Entry entry = first(className.replace('.', '/') + ".class");
    return entry != null && entry.isPlainJar() ? entry.file : null;
  }

  /**
   * Whether {@link #find} takes a class from a jar, and no version of Java uses another variant of
   * it. Class loaders are asked for one class of each package.
   */
  boolean isIn(File jar, String className) {
    String path = className.replace('.', '/') + ".class";
    ClassPath.Entry entry = first(path);
    if (entry == null || !entry.file.equals(jar) || entry.hasVariant(path)) {
      return false;
    }
    if (!isCertain(entry, path) && entry.isNews(path)) {
      find(className, path, 0);
    }
    return isCertain(entry, path);
  }

  /**
   * Whether {@link #find} takes all classes of a folder from one jar, and no version of Java uses
   * other variants of them. Class loaders are asked for one class of the folder.
   *
   * @param path the file of a class that the jar has
   */
  boolean isOwner(File jar, String path) {
    if (path.indexOf('.') < path.lastIndexOf('.')) {
      return false; // a folder with a dot is no package
    }
    String className = path.substring(0, path.lastIndexOf('.')).replace('/', '.');
    for (ClassLoader loader : loaders) {
      ClassPath known = paths.of(loader);
      ClassPath.Entry first = known.withFolder(path);
      if (first != null) {
        return first.file.equals(jar) && !first.hasVariants() && isIn(jar, className);
      }
    }
    return false;
  }

  /** The first jar or folder that is known to have a class; null for none. */
  private ClassPath.Entry first(String path) {
    for (ClassLoader loader : loaders) {
      ClassPath.Entry entry = paths.of(loader).find(path);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  /**
   * Whether it is known that class loaders look in the first place that has a class, and before.
   */
  private boolean isCertain(ClassPath.Entry first, String path) {
    for (ClassLoader loader : loaders) {
      ClassPath known = paths.of(loader);
      if (known.find(path) == first) {
        return first.place(path) != null;
      } else if (!known.lacks(path)) {
        return false;
      }
    }
    return false;
  }

  /** Reads a class file without asking its class loader; null where that is not possible. */
  private byte[] read(
      ClassLoader loader,
      ClassPath.Entry entry,
      String className,
      String path,
      List<ClassLoader> skipped,
      Set<ClassLoader> asked) {
    try {
      Place place = entry.place(path);
      if (place != null) {
        return classFile(place.open(path));
      }
      URL url = entry.url(path, above -> skipped.contains(above) || asked.contains(above));
      return url == null ? null : readAt(url, loader, entry, className, path, 0);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Asks a class loader, or the first of its parents that may have what is not known here.
   *
   * @param asked those that do not find the class; it is added to them if that is so
   */
  private byte[] ask(
      ClassLoader loader,
      ClassPath.Entry entry,
      String className,
      String path,
      int version,
      Set<ClassLoader> asked) {
    boolean isAbove = version == 0 && entry == null && paths.of(loader).hasNone(path);
    ClassLoader first = isAbove ? ClassPath.unlisted(loader) : loader;
    URL url = first == null || asked.contains(first) ? null : first.getResource(path);
    byte[] classFile = null;
    try {
      classFile = url == null ? null : readAt(url, first, entry, className, path, version);
    } catch (IOException e) {
      // as if it did not exist
    }
    if (classFile == null) {
      asked.add(first);
    }
    return classFile;
  }

  private byte[] readAt(
      URL url,
      ClassLoader loader,
      ClassPath.Entry entry,
      String className,
      String path,
      int version)
      throws IOException {
    byte[] bytes =
        Places.isJdk(url) ? null : classFile(open(loader, className, url, path, version));
    if (bytes != null && entry != null) {
      places.found(url, path, entry);
    }
    return bytes;
  }

  /** Reads a class file; null for something else, or nothing. */
  private static byte[] classFile(InputStream from) throws IOException {
    try (InputStream in = from) {
      byte[] bytes = in == null ? Message.EMPTY : read(in);
      boolean isClass =
          bytes.length > MAGIC.length && Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC);
      return isClass ? bytes : null;
    }
  }

  private InputStream open(ClassLoader loader, String className, URL url, String path, int version)
      throws IOException {
    if (version > 0) {
      return places.openVariant(url, path, version);
    }
    InputStream forAll = places.open(className, url, path);
    return forAll == null ? loader.getResourceAsStream(path) : forAll;
  }

  static byte[] read(InputStream in) throws IOException {
    int available = in.available(); // of a jar's entry, all
    byte[] bytes = new byte[available < MIN_READ ? MIN_READ : Math.min(available, MAX_READ)];
    int size = 0;
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes, size, bytes.length - size)) {
      size += n;
      if (size > MAX_CLASS) {
        throw new IOException("larger than " + MAX_CLASS + " bytes");
      } else if (size == bytes.length) {
        int next = in.read();
        if (next < 0) {
          return bytes; // without a copy
        }
        bytes = Arrays.copyOf(bytes, 2 * size);
        bytes[size++] = (byte) next;
      }
    }
    return Arrays.copyOf(bytes, size);
  }
}
