package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.mitogen4j.Router;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Local;

/** How long it takes until a new child has answered its first call, and what it then weighs. */
final class ConnectFigures {
  private ConnectFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("connect.local", "ms", ConnectFigures::local),
        new Figure("connect.ssh", "ms", ConnectFigures::ssh),
        new Figure("child.rss", "KiB", ConnectFigures::memory));
  }

  private static Result local() throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    try (Folder folder = new Folder();
        Router router = Router.create()) {
      List<String> command = bare.command(BareJvm.jar(folder.path, BareMain.class), BareMain.class);
      return new Pairs()
          .measure(5, 31, () -> FirstCall.time(router, Local.create()), () -> time(command))
          .lessIsBetter();
    }
  }

  private static Result ssh() throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    try (Folder folder = new Folder();
        Sshd sshd = new Sshd(folder.path);
        Router router = Router.create()) {
      Path jar = BareJvm.jar(folder.path, BareMain.class);
      // a shell takes it apart again
      String java = "'" + String.join("' '", bare.command(jar, BareMain.class)) + "'";
      return new Pairs()
          .measure(
              3,
              15,
              () -> FirstCall.time(router, sshd.method(Sshd.NEAR)),
              () -> time(sshd.command(Sshd.NEAR, java)))
          .lessIsBetter();
    }
  }

  static double time(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    BareJvm.run(command);
    return (System.nanoTime() - start) / 1e6;
  }

  /** The most memory that a child had, which has done nothing but to answer one call. */
  private static Result memory() throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    try (Folder folder = new Folder()) {
      Path jar = BareJvm.jar(folder.path, BareMain.class);
      List<String> command = new ArrayList<>(bare.command(jar, BareMain.class));
      command.add("60");
      return new Pairs()
          .measure(0, 3, ConnectFigures::idleChild, () -> idle(command))
          .lessIsBetter();
    }
  }

  private static double idleChild() throws Exception {
    try (Router router = Router.create()) {
      Set<Long> before = children();
      router.connect(Local.create()).run(Empty::run);
      Set<Long> after = children();
      after.removeAll(before);
      if (after.size() != 1) {
        throw new IOException("which of " + after + " is the child?");
      }
      return peakMemory(after.iterator().next());
    }
  }

  private static double idle(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    try {
      return peakMemory(process.pid());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Set<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  /** In KiB, once the process has come to rest. */
  private static double peakMemory(long pid) throws IOException, InterruptedException {
    Thread.sleep(1000);
    Path status = Path.of("/proc/" + pid + "/status");
    if (!Files.exists(status)) {
      throw new IOException("no " + status + ": only Linux tells");
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException(String.format(Locale.ROOT, "process %d has no VmHWM", pid));
  }
}
