package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import org.mitogen4j.internal.parent.classes.ClassBatch;

/**
 * The classes of a jar as they are in the jar: deflated. They need neither be inflated nor packed
 * to be sent. Those come first whose packages are known to be used. For one thread at a time.
 */
final class JarClasses {
  private static final byte[] CLASS = ".class".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] META = "META-INF/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIGNATURE = ".SF".getBytes(StandardCharsets.US_ASCII);

  final File file;
  private final JarDirectory directory;

  /** The entries of classes, in the order in which they are sent. */
  private final int[] entries;

  private int next;

  /**
   * Reads the jar's directory. A signed jar has no classes here: only the JVM can check them.
   *
   * @param folders those with classes that are used, with slashes at their ends
   */
  JarClasses(File file, Set<String> folders) throws IOException {
    this.file = file;
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      directory = new JarDirectory(file, jar);
      int[] used = new int[directory.bytes.length / JarDirectory.ENTRY_SIZE];
      int[] others = new int[used.length];
      int usedCount = 0;
      int othersCount = 0;
      boolean isSigned = false;
      String folder = "";
      boolean isUsed = folders.contains(folder);
      while (directory.next()) {
        if (directory.nameBegins(META)) {
          isSigned |= directory.nameEnds(SIGNATURE);
        } else if (directory.isDeflated() && directory.nameEnds(CLASS)) {
          if (!directory.isIn(folder)) {
            folder = directory.folder();
            isUsed = folders.contains(folder);
          }
          if (isUsed) {
            used[usedCount++] = directory.entry();
          } else {
            others[othersCount++] = directory.entry();
          }
        }
      }
      entries = Arrays.copyOf(used, isSigned ? 0 : usedCount + othersCount);
      System.arraycopy(others, 0, entries, isSigned ? 0 : usedCount, isSigned ? 0 : othersCount);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }

  boolean isAtEnd() {
    return next >= entries.length;
  }

  /**
   * Adds the next classes.
   *
   * @param isWanted by class name
   */
  void addTo(ClassBatch batch, Predicate<String> isWanted) throws IOException {
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      for (; !isAtEnd(); next++) {
        directory.go(entries[next]);
        int packed = directory.packedSize();
        if (packed > 0 && packed <= ClassBatch.MAX_BYTES && directory.size() > 0) {
          if (!batch.hasRoom(packed)) {
            return;
          }
          String path = directory.text();
          String name = path.substring(0, path.length() - CLASS.length).replace('/', '.');
          if (isWanted.test(name)) {
            batch.add(name, directory.size(), directory.content(jar));
          }
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }

  /** The folders in which classes are, with slashes at their ends. */
  static Set<String> folders(Collection<String> classNames) {
    Set<String> folders = new java.util.HashSet<>();
    for (String name : classNames) {
      folders.add(name.substring(0, name.lastIndexOf('.') + 1).replace('.', '/'));
    }
    return folders;
  }
}
