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

  /** The most bytes of a class file; a JVM takes no methods of more than 64 KiB. */
  private static final int MAX_SIZE = 1 << 23;

  /** The most bytes of a jar that is read at once. */
  private static final long MAX_WHOLE = 1 << 22;

  /** The classes that are used; the others of their packages; the rest. */
  static final int PHASES = 3;

  final File file;
  private final JarDirectory directory;

  /** The entries of classes by phase, in the order of the jar. */
  private final int[][] entries = new int[PHASES][];

  /** The bytes of a jar that is not large, once they are needed; null before. */
  private byte[] whole;

  /** The folder of the last class that was looked at, and whether its classes are the jar's. */
  private String folder;

  private boolean isOwn;

  /** The number of entries of each phase that were looked at. */
  private final int[] next = new int[PHASES];

  /**
   * Reads the directory of a jar that is plain ({@link JarNames#isPlain}).
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
      String folder = "";
      boolean isUsed = folders.contains(folder);
      while (directory.next()) {
        if (directory.isDeflated() && directory.nameEnds(CLASS) && !directory.nameBegins(META)) {
          if (!directory.isIn(folder)) {
            folder = directory.folder();
            isUsed = folders.contains(folder);
          }
          int phase = !isUsed ? 2 : used.contains(directory.text()) ? 0 : 1;
          entries[phase][counts[phase]++] = directory.entry();
        }
      }
      for (int phase = 0; phase < PHASES; phase++) {
        entries[phase] = Arrays.copyOf(entries[phase], counts[phase]);
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }

  /** Forgets the jar's content, which is read again if it is needed. */
  void rest() {
    whole = null;
  }

  boolean isAtEnd(int phase) {
    return next[phase] >= entries[phase].length;
  }

  /** What a jar's class loader says of its classes. */
  interface Owner {
    /**
     * Whether class loaders find all classes of a folder in the jar.
     *
     * @param path the file of one of them
     */
    boolean hasFolder(File jar, String path);

    /** Whether children get a class as the jar has it, by its name. */
    boolean hasClass(File jar, String className, boolean hasFolder);
  }

  /**
   * Adds the next classes of a phase.
   *
   * @param isWanted by class name
   */
  void addTo(ClassBatch batch, int phase, Predicate<String> isWanted, Owner owner)
      throws IOException {
    if (isAtEnd(phase)) {
      return;
    }
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      if (whole == null && jar.length() <= MAX_WHOLE) {
        whole = JarDirectory.read(jar, 0, jar.length());
      }
      for (; !isAtEnd(phase); next[phase]++) {
        directory.go(entries[phase][next[phase]]);
        int packed = directory.packedSize();
        int named = packed + directory.nameEnd() - directory.name();
        boolean isLarge = packed < 0 || named > ClassBatch.MAX_CLASS;
        if (!isLarge && !batch.hasRoom(named)) {
          return;
        }
        String path = directory.text();
        if (folder == null || !directory.isIn(folder)) {
          folder = directory.folder();
          isOwn = owner.hasFolder(file, path);
        }
        String name = path.substring(0, path.length() - CLASS.length).replace('/', '.');
        if (isWanted.test(name) && owner.hasClass(file, name, isOwn)) {
          if (isLarge) {
            batch.addLarge(name);
            next[phase]++;
            return;
          } else if (directory.size() > 0 && directory.size() <= MAX_SIZE) {
            byte[] content = whole == null ? directory.content(jar) : directory.content(whole);
            batch.add(name, directory.size(), content);
          }
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }
}
