package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After each test nothing may be left of it: no thread and no child of this process; no process and
 * no file in any host or container.
 */
final class NothingLeft implements BeforeEachCallback, AfterEachCallback {
  private static final long LIMIT_MILLIS = 4000;
  private static final Path PROC = Path.of("/proc");
  private static final String[] PLACES = {"dev/shm", "tmp", "var/tmp", "root", "home/*", "run"};

  private final Set<String> before;

  /** What is there now is not looked at again. */
  NothingLeft() throws IOException {
    before = left();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    before.addAll(left());
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    check();
  }

  /** For tests that share what they start: fails if anything is left of it. */
  void check() throws IOException, InterruptedException {
    long until = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    Set<String> left = left();
    left.removeAll(before);
    while (!left.isEmpty() && System.nanoTime() < until) {
      Thread.sleep(20);
      left = left();
      left.removeAll(before);
    }
    assertThat(left).as("what is left after the test").isEmpty();
  }

  private static Set<String> left() throws IOException {
    Set<String> left = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("mitogen ")) {
        left.add("thread " + thread.getName());
      }
    }
    ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .forEach(p -> left.add("child " + p.pid() + " " + p.info().commandLine().orElse("")));
    Map<Path, Path> hosts = new HashMap<>();
    Path own = Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
    hosts.put(own, PROC.resolve("self"));
    for (Path process : list(PROC, "[0-9]*")) {
      try {
        Path space = Files.readSymbolicLink(process.resolve("ns/pid"));
        hosts.putIfAbsent(space, process);
        String command = Files.readString(process.resolve("cmdline")).replace('\0', ' ');
        if (!space.equals(own) && isOurs(command)) {
          left.add("process " + process.getFileName() + " " + command);
        }
      } catch (IOException e) {
        // it has ended
      }
    }
    for (Path process : hosts.values()) {
      files(process.resolve("root"), left);
    }
    return left;
  }

  private static boolean isOurs(String command) {
    return command.contains("-Dmitogen=")
        || command.contains("dd ibs=1 count=")
        || command.contains(DoorFaults.FOLDER);
  }

  private static void files(Path root, Set<String> left) throws IOException {
    for (String place : PLACES) {
      Set<Path> folders = new HashSet<>();
      if (place.endsWith("/*")) {
        folders.addAll(list(root.resolve(place.substring(0, place.length() - 2)), "*"));
      } else {
        folders.add(root.resolve(place));
      }
      for (Path folder : folders) {
        list(folder, "{mitogen.*,hs_err*,core.*}").forEach(file -> left.add("file " + file));
      }
    }
  }

  private static Set<Path> list(Path folder, String names) throws IOException {
    Set<Path> found = new HashSet<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
        files.forEach(found::add);
      } catch (IOException | java.nio.file.DirectoryIteratorException e) {
        // it is gone
      }
    }
    return found;
  }
}
