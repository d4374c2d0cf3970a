package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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

  static void signal(String name, long pid) throws Exception {
    int code = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
    assertThat(code).isZero();
  }
}
