package org.mitogen4j.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.mitogen4j.Router;
import org.mitogen4j.RouterCounters;

/** Finds what a test has left behind in this JVM, its child processes and the account's folders. */
final class Leftovers {
  /** The time that threads and processes may take to end after a test. */
  private static final long LIMIT_MILLIS = 5000;

  private static final long POLL_MILLIS = 10;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Set<String> before;

  private Leftovers(Set<String> before) {
    this.before = before;
  }

  /** Notes what exists now, which later checks do not count. */
  static Leftovers now() {
    try {
      SocketChannel.open().close(); // the first use of NIO leaves a socket pair, once in a JVM
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Leftovers(look());
  }

  /**
   * Waits until everything that did not exist before is gone, 5 seconds at most.
   *
   * @param router the closed router of the test; null when the test used none
   * @throws AssertionError when something is left; it names all of it
   */
  void check(Router router) throws InterruptedException {
    long until = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    Set<String> left = left(router);
    while (!left.isEmpty() && System.nanoTime() < until) {
      Thread.sleep(POLL_MILLIS);
      left = left(router);
    }
    if (!left.isEmpty()) {
      throw new AssertionError(
          LIMIT_MILLIS + " ms after the test there is still: " + String.join(", ", left));
    }
  }

  private Set<String> left(Router router) {
    Set<String> left = look();
    left.removeAll(before);
    if (router != null) {
      RouterCounters counters = router.counters();
      if (counters.handles() != 0 || counters.routes() != 0) {
        left.add("in the closed router " + counters);
      }
    }
    return left;
  }

  private static Set<String> look() {
    Set<String> found = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("mitogen ")) {
        found.add("thread '" + thread.getName() + "' " + thread.getId());
      }
    }
    ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .forEach(p -> found.add("process " + p.pid() + " " + p.info().commandLine().orElse("")));
    for (Path folder : folders()) {
      list(folder, "mitogen.*").forEach(file -> found.add("file " + file));
    }
    for (Path descriptor : list(DESCRIPTORS, "*")) {
      String target = target(descriptor);
      if (target.startsWith("pipe:") || target.startsWith("socket:")) {
        found.add("descriptor of " + target);
      }
    }
    return found;
  }

  /** The folders in which a child may make a folder for the time of its start. */
  private static Set<Path> folders() {
    Set<Path> folders = new TreeSet<>();
    for (String place : new String[] {"/dev/shm", "/run/shm", "/tmp", "/var/tmp", "."}) {
      folders.add(Path.of(place));
    }
    for (String variable : new String[] {"XDG_RUNTIME_DIR", "TMPDIR", "HOME"}) {
      String place = System.getenv(variable);
      if (place != null && !place.isEmpty()) {
        folders.add(Path.of(place));
      }
    }
    return folders;
  }

  private static List<Path> list(Path folder, String names) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
        files.forEach(found::add);
      } catch (IOException | DirectoryIteratorException unreadable) {
        // this account can't have left anything in it
      }
    }
    return found;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }
}
