package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.mitogen4j.Await;

/** What tests of trees look at. */
final class Trees {
  private Trees() {}

  /** How many elements a private map or collection has. */
  static int size(Object owner, String field) throws ReflectiveOperationException {
    Field f = owner.getClass().getDeclaredField(field);
    f.setAccessible(true);
    Object value = f.get(owner);
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

  static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  /** Children that run with a word in their command line. */
  static List<Long> processes(String word) {
    List<Long> pids = new ArrayList<>();
    ProcessHandle.allProcesses()
        .filter(p -> commandLine(p.pid()).contains(word))
        .forEach(p -> pids.add(p.pid()));
    return pids;
  }

  static boolean isAlive(long pid) {
    return !commandLine(pid).isEmpty();
  }

  /** A time for a machine that is not busy, on this one as it is now. */
  static long bound(long millis) {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    double load = system.getSystemLoadAverage() / system.getAvailableProcessors();
    return (long) (millis * Math.max(1, load));
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
  static void endWithin(long sinceNanos, long millis, Starved starved, String word)
      throws Exception {
    try {
      Await.until(
          "all processes end",
          20_000,
          () -> {
            starved.look();
            return processes("-Dmitogen=" + word).isEmpty();
          });
      long took = (System.nanoTime() - sinceNanos) / 1_000_000;
      assertThat(took).as("milliseconds").isLessThan(millis + starved.millis());
    } finally {
      for (long pid : processes("-Dmitogen=" + word)) {
        signal("KILL", pid);
      }
    }
  }

  /**
   * How long processes had to wait for a processor, as the system tells of their threads: what is
   * to happen in a bounded time may take so much longer. Only threads of the library count, and
   * those of the JVM.
   */
  static final class Starved {
    private final Map<Long, Map<Path, Long>> first = new HashMap<>();
    private final Map<Long, Map<Path, Long>> last = new HashMap<>();

    /** From now on, of these. */
    Starved(Collection<Long> pids) {
      for (long pid : pids) {
        first.put(pid, waited(pid));
      }
      last.putAll(first);
    }

    /** From now on, of all with a word in their command line. */
    Starved(String word) {
      this(processes(word));
    }

    /** To be called again and again, since who has ended tells nothing more. */
    void look() {
      for (long pid : first.keySet()) {
        Map<Path, Long> now = waited(pid);
        if (!now.isEmpty()) {
          last.put(pid, now);
        }
      }
    }

    /** Of the one that had to wait most. */
    long millis() {
      look();
      long most = 0;
      for (Map.Entry<Long, Map<Path, Long>> process : last.entrySet()) {
        Map<Path, Long> before = first.get(process.getKey());
        long sum = 0;
        for (Map.Entry<Path, Long> thread : process.getValue().entrySet()) {
          sum += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        most = Math.max(most, sum);
      }
      return most / 1_000_000;
    }

    private static Map<Path, Long> waited(long pid) {
      Map<Path, Long> nanos = new HashMap<>();
      try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
        for (Path thread : threads.toList()) {
          if (!Files.readString(thread.resolve("comm")).startsWith("Thread-")) {
            String[] schedule = Files.readString(thread.resolve("schedstat")).trim().split(" ");
            nanos.put(thread, Long.parseLong(schedule[1]));
          } // else it is the program's
        }
      } catch (IOException | UncheckedIOException gone) {
        // then it waits no longer
      }
      return nanos;
    }
  }

  /** Sends a process a signal; after STOP all its threads stand still. */
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
