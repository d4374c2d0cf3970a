package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What Linux counts for a process and those below it, for everybody to read under /proc. */
enum KernelCounters {
  /** Reads and writes, of whatever. */
  SYSCALLS {
    @Override
    long of(Path process) throws IOException {
      return sum(process.resolve("io"), "syscr:", "syscw:");
    }
  },

  /** How often a thread gave up its processor to wait, and so was woken again. */
  WAKEUPS {
    @Override
    long of(Path process) throws IOException {
      long all = 0;
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
        for (Path thread : threads) {
          all += sum(thread.resolve("status"), "voluntary_ctxt_switches:");
        }
      }
      return all;
    }
  };

  abstract long of(Path process) throws IOException;

  private static long sum(Path file, String... names) throws IOException {
    long all = 0;
    try {
      for (String line : Files.readAllLines(file)) {
        for (String name : names) {
          if (line.startsWith(name)) {
            all += Long.parseLong(line.substring(name.length()).trim());
          }
        }
      }
    } catch (NoSuchFileException e) {
      // the thread has ended
    }
    return all;
  }

  /** What is counted for this process and another while something is done a number of times. */
  double during(long pid, double times, Pairs.Once work) throws Exception {
    long before = both(pid);
    work.measure();
    return (both(pid) - before) / times;
  }

  private long both(long pid) throws IOException {
    return of(Path.of("/proc/self")) + of(Path.of("/proc/" + pid));
  }
}
