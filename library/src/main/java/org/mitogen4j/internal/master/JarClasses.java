package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.mitogen4j.internal.parent.classes.ClassBatch;

/**
 * The classes of a jar as they are in the jar: deflated. They need neither be inflated nor packed
 * to be sent. For one thread at a time.
 */
final class JarClasses {
  private static final byte[] CLASS = ".class".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] META = "META-INF/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIGNATURE = ".SF".getBytes(StandardCharsets.US_ASCII);

  /** The classes that are used; the others of their packages; the rest. */
  static final int PHASES = 3;

  final File file;
  private final JarDirectory directory;

  /** The entries of classes by phase, in the order of the jar. */
  private final int[][] entries = new int[PHASES][];

  /** The number of entries of each phase that were looked at. */
  private final int[] next = new int[PHASES];

  /**
   * Reads the jar's directory. A signed jar has no classes here: only the JVM can check them.
   *
   * @param used files of classes that are used
   */
  JarClasses(File file, Set<String> used) throws IOException {
    this.file = file;
    Set<String> folders = new HashSet<>();
    for (String path : used) {
      folders.add(path.substring(0, path.lastIndexOf('/') + 1));
    }
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      directory = new JarDirectory(file, jar);
      int[] counts = new int[PHASES];
      for (int phase = 0; phase < PHASES; phase++) {
        entries[phase] = new int[directory.bytes.length / JarDirectory.ENTRY_SIZE];
      }
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
          int phase = !isUsed ? 2 : used.contains(directory.text()) ? 0 : 1;
          entries[phase][counts[phase]++] = directory.entry();
        }
      }
      for (int phase = 0; phase < PHASES; phase++) {
        entries[phase] = Arrays.copyOf(entries[phase], isSigned ? 0 : counts[phase]);
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }

  boolean isAtEnd(int phase) {
    return next[phase] >= entries[phase].length;
  }

  /**
   * Adds the next classes of a phase.
   *
   * @param isWanted by class name
   */
  void addTo(ClassBatch batch, int phase, Predicate<String> isWanted) throws IOException {
    if (isAtEnd(phase)) {
      return;
    }
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      for (; !isAtEnd(phase); next[phase]++) {
        directory.go(entries[phase][next[phase]]);
        int packed = directory.packedSize();
        if (packed > 0 && packed <= ClassBatch.MAX_BYTES / 2 && directory.size() > 0) {
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
}
