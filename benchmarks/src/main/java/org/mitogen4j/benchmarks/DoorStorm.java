package org.mitogen4j.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;

/**
 * A hundred starts by ssh at the same time, with default settings, each with a server of its own:
 * sshd on as many ports. Not one may fail. The floor is {@code ssh HOST true} as often, as many at
 * a time as starts are; since all JVMs run on this one machine, the note tells what a JVM with an
 * empty class in place of {@code true} takes.
 */
final class DoorStorm {
  private static final int HOSTS = 100;

  /** As many as a router starts at a time. */
  private static final int AT_A_TIME = 32;

  /** Below those that the system gives to connections, so that none is taken meanwhile. */
  private static final int FIRST_PORT = 22_100;

  private DoorStorm() {}

  static Result measure() throws Exception {
    List<Sshd> servers = new ArrayList<>();
    try (Folder folder = new Folder()) {
      try {
        for (int i = 0; i < HOSTS; i++) {
          Path own = Files.createDirectory(folder.path.resolve("host" + i));
          servers.add(new Sshd(own, FIRST_PORT + i, Sshd.FAR_MILLIS));
        }
        return measure(servers, folder.path);
      } finally {
        for (Sshd server : servers) {
          server.close();
        }
      }
    }
  }

  private static Result measure(List<Sshd> servers, Path folder) throws Exception {
    List<String> java =
        BareJvm.likeLocalChildren().command(BareJvm.jar(folder, BareMain.class), BareMain.class);
    commands(servers, "true");
    double floor = commands(servers, "true");
    double jvms = commands(servers, "'" + String.join("' '", java) + "'");
    double ours = starts(servers);
    String note =
        String.format(
            Locale.ROOT,
            "%d starts, none failed; as many JVMs by ssh take %.0f ms, ratio %.2f",
            HOSTS,
            jvms,
            ours / jvms);
    return new Result(ours, floor, ours / floor, note);
  }

  /** Starts a context on each, and calls a function in it as soon as it is up. */
  private static double starts(List<Sshd> servers) throws Exception {
    try (Router router = Router.create()) {
      router.connect(Local.create()).run(Empty::run); // its own first time
      long start = System.nanoTime();
      List<Call<Void>> calls = new ArrayList<>();
      for (Sshd server : servers) {
        Ssh method = server.method(Sshd.NEAR);
        Context child = router.connectAsync(method);
        calls.add(child.runAsync(Empty::run));
      }
      for (Call<Void> call : calls) {
        call.get();
      }
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static double commands(List<Sshd> servers, String remote) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      long start = System.nanoTime();
      List<Future<Object>> ends = new ArrayList<>();
      for (Sshd server : servers) {
        ends.add(
            threads.submit(
                () -> {
                  BareJvm.run(server.command(Sshd.NEAR, remote));
                  return null;
                }));
      }
      for (Future<Object> end : ends) {
        end.get();
      }
      return (System.nanoTime() - start) / 1e6;
    } finally {
      threads.shutdownNow();
    }
  }
}
