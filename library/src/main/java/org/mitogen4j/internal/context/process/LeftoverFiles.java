package org.mitogen4j.internal.context.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes files of starts that were killed within the few milliseconds in which the first-stage
 * script has files, or in which an answer to ssh has a folder. Only what has such a name, belongs
 * to this account and is at least an hour old is removed; a folder only if it holds nothing but
 * files of the script.
 */
public final class LeftoverFiles implements Runnable {
  static final long OLD_MILLIS = 3_600_000;

  private static final String PREFIX = "mitogen.";
  private static final String NAME = "mitogen\\.[0-9a-f]{16}";
  private static final String FIFO = "[iou]";
  private static final String CONTENT = "[jiou]";

  private final String[] places;

  /**
   * @param places the folders in which the script tries to write; an element may be null
   */
  LeftoverFiles(String... places) {
    this.places = places;
  }

  public static LeftoverFiles ofThisAccount() {
    return new LeftoverFiles(
        "/dev/shm", System.getenv("XDG_RUNTIME_DIR"), System.getenv("TMPDIR"), "/tmp", "/var/tmp");
  }

  /** Looks at the first place that can be written, as the script does. */
  @Override
  public void run() {
    for (String place : places) {
      try {
        if (place != null && new File(place).canWrite()) {
          if (hasAny(place)) {
            clean(Paths.get(place));
          }
          return;
        }
      } catch (IOException | RuntimeException e) {
        return; // a later start may do it
      }
    }
  }

  /** Whether there is anything to look at: the first use of java.nio.file takes a JVM some ms. */
  private static boolean hasAny(String place) {
    String[] names = new File(place).list();
    if (names != null) {
      for (String name : names) {
        if (name.startsWith(PREFIX)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void clean(Path place) throws IOException {
    UserPrincipal own = Files.getOwner(Paths.get("/proc/self"));
    long old = System.currentTimeMillis() - OLD_MILLIS;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(place, PREFIX + "*")) {
      for (Path file : all) {
        boolean isFolder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        if (file.getFileName().toString().matches(isFolder ? NAME : NAME + "(" + FIFO + ")?")
            && !Files.isSymbolicLink(file)
            && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(own)
            && Files.getLastModifiedTime(file).toMillis() < old) {
          if (isFolder) {
            removeFolder(file);
          } else {
            Files.delete(file);
          }
        }
      }
    }
  }

  private static void removeFolder(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        if (!file.getFileName().toString().matches(CONTENT)
            || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          return; // a file that is not the script's
        }
        files.add(file);
      }
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
