package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.mitogen4j.Await;

/** What tests of trees look at. */
final class Trees {
  private Trees() {}

  /** How many elements a private map or collection has, that a path of fields leads to. */
  static int size(Object owner, String... fields) throws ReflectiveOperationException {
    Object value = owner;
    for (String field : fields) {
      Field f = value.getClass().getDeclaredField(field);
      f.setAccessible(true);
      value = f.get(value);
    }
    return value instanceof Map ? ((Map<?, ?>) value).size() : ((Collection<?>) value).size();
  }

  /** Names of the library's threads, but for some. */
  static List<String> threads(Set<Thread> others) {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("mitogen ") && !others.contains(thread)) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  /** What the open descriptors of this process lead to, but for jars: class loaders keep those. */
  static List<String> descriptors() throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : (Iterable<Path>) all::iterator) {
        try {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (!target.endsWith(".jar")) {
            targets.add(target);
          }
        } catch (IOException closed) {
          // the one of the listing itself, or closed meanwhile
        }
      }
    }
    return targets;
  }

  /** Children that run with a word in their command line. */
  static List<Long> processes(String word) {
    List<Long> pids = new ArrayList<>();
    ProcessHandle.allProcesses()
        .filter(p -> commandLine(p.pid()).contains(word))
        .forEach(p -> pids.add(p.pid()));
    return pids;
  }

  private static String commandLine(long pid) {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
      boolean zombie = status.substring(status.lastIndexOf(')')).startsWith(") Z");
      return zombie ? "" : Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    } catch (IOException | RuntimeException gone) {
      return "";
    }
  }

  /** A program of its own: the main method of a class of the tests. */
  static Process java(Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Fails unless all processes with a word in their command line have ended within so long. */
  static void endWithin(Stretch time, long millis, String word) throws Exception {
    try {
      Await.until(
          "all processes end",
          30_000,
          () -> {
            time.look();
            return processes("-Dmitogen=" + word).isEmpty();
          });
      assertThat(time.millis()).as("milliseconds").isLessThan(time.bound(millis));
    } finally {
      for (long pid : processes("-Dmitogen=" + word)) {
        signal("KILL", pid);
      }
    }
  }

  /**
   * A stretch of time, and how busy the machine was in it: where threads wait for a processor, what
   * is to happen in a bounded time may take longer by the number of threads per processor.
   */
  static final class Stretch {
    private final long began = System.nanoTime();
    private long runnable;
    private long looks;

    /** To be called again and again. */
    void look() throws IOException {
      String threads = Files.readString(Path.of("/proc/loadavg")).split(" ")[3];
      runnable += Long.parseLong(threads.substring(0, threads.indexOf('/'))) - 1; // but this one
      looks++;
    }

    long millis() {
      return (System.nanoTime() - began) / 1_000_000;
    }

    /** A time for a machine that is not busy, on this one as it was. */
    long bound(long millis) throws IOException {
      look();
      return Math.max(
          millis, millis * runnable / looks / Runtime.getRuntime().availableProcessors());
    }
  }

  static void signal(String name, long pid) throws Exception {
    int code = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
    assertThat(code).isZero();
    if (name.equals("STOP")) {
      Await.until(() -> isStopped(pid));
    }
  }

  private static boolean isStopped(long pid) throws IOException {
    Path tasks = Path.of("/proc/" + pid + "/task");
    if (Files.notExists(tasks)) { // not Linux
      return true;
    }
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.allMatch(
          thread -> {
            try {
              String stat = Files.readString(thread.resolve("stat"));
              return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
