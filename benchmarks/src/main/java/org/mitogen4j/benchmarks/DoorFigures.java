package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Buildah;
import org.mitogen4j.connect.Chroot;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.Doas;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Lxc;
import org.mitogen4j.connect.Namespace;
import org.mitogen4j.connect.Nsenter;
import org.mitogen4j.connect.Podman;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.Su;
import org.mitogen4j.connect.Sudo;
import org.mitogen4j.connect.Unshare;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Measures the time until a child has answered its first call, for each connection method. The
 * floor is the same program that starts a JVM without this library. A method that this machine does
 * not have is measured from a context on a host of the test bed; without a test bed its figure
 * fails.
 */
final class DoorFigures {
  private static final Path TESTBED = Path.of("testbed/hosts/run/ssh_config");

  private static final int CHAINS = 7;

  private DoorFigures() {}

  static List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    figures.add(new Figure("doors.ssh", "ms", DoorFigures::ssh));
    figures.add(here("runuser", CommandPrefix.of("runuser", "-u", "root", "--")));
    figures.add(here("setpriv", CommandPrefix.of("setpriv", "--no-new-privs", "--")));
    figures.add(here("su", Su.user("root")));
    figures.add(here("nsenter", Nsenter.pid(ProcessHandle.current().pid())));
    figures.add(here("unshare", Unshare.namespaces(Namespace.IPC, Namespace.UTS)));
    figures.add(there("sudo", Sudo.user("nopass"), host("java21").user("deploy")));
    figures.add(there("doas", Doas.user("nopass"), host("java21").user("deploy")));
    figures.add(inDockerHost("chroot", Chroot.directory("/srv/jail")));
    figures.add(inDockerHost("docker", Docker.container("billing0")));
    figures.add(inDockerHost("podman", Podman.container("web0")));
    figures.add(inDockerHost("buildah", Buildah.container("build0").arguments("--network=none")));
    figures.add(inDockerHost("lxc", Lxc.container("lxc0")));
    figures.add(new Figure("doors.chain", "ms", DoorFigures::chain));
    figures.add(new Figure("doors.storm", "ms", DoorStorm::measure));
    figures.add(new Figure("doors.console.bytes", "bytes", DoorFigures::consoleBytes));
    figures.add(new Figure("doors.console.time", "ms", DoorFigures::consoleTime));
    figures.add(new Figure("doors.unused", "bytes", DoorFigures::unused));
    return figures;
  }

  private static Ssh host(String name) {
    return Ssh.host(name).arguments("-F", TESTBED.toString());
  }

  private static Figure here(String name, ConnectionMethod<?> method) {
    return new Figure("doors." + name, "ms", () -> result(method));
  }

  private static Figure inDockerHost(String name, ConnectionMethod<?> method) {
    return there(name, method, host("bastion"), Ssh.host("docker-a").user("root"));
  }

  /** A method that is measured from a context on a host of the test bed. */
  private static Figure there(String name, ConnectionMethod<?> method, Ssh... way) {
    return new Figure(
        "doors." + name,
        "ms",
        () -> {
          needsTestbed();
          try (Router router = Router.create()) {
            Context at = router.self();
            for (Ssh hop : way) {
              at = at.connect(hop);
            }
            if (at.name().endsWith("docker-a")) {
              at.run(DoorPairs::startContainers);
            }
            return result(at.call(DoorPairs::measure, method, emptyJar()));
          }
        });
  }

  private static void needsTestbed() throws IOException {
    if (!Files.exists(TESTBED)) {
      throw new IOException("this figure needs the test bed: run testbed/hosts/up");
    }
  }

  private static Result consoleBytes() throws Exception {
    needsTestbed();
    return ConsoleFigures.bytes();
  }

  private static Result consoleTime() throws Exception {
    needsTestbed();
    return ConsoleFigures.time();
  }

  private static Result ssh() throws Exception {
    try (Folder folder = new Folder();
        Sshd sshd = new Sshd(folder.path)) {
      return result(sshd.method(Sshd.NEAR));
    }
  }

  private static byte[] emptyJar() throws IOException {
    try (Folder folder = new Folder()) {
      return Files.readAllBytes(BareJvm.jar(folder.path, BareMain.class));
    }
  }

  private static Result result(ConnectionMethod<?> method) throws Exception {
    try (Router router = Router.create()) {
      return result(DoorPairs.measureFrom(router, method, emptyJar()));
    }
  }

  private static Result result(double[][] times) {
    return new Pairs().add(times[0], times[1]).lessIsBetter();
  }

  /**
   * Bastion, host of Docker, another account, container: started all at once, compared with one
   * after the other.
   */
  private static Result chain() throws Exception {
    needsTestbed();
    return chain(
        List.of(
            host("bastion"),
            Ssh.host("docker-a").user("deploy"),
            Sudo.user("magic").password(Secret.of("deploy-pw")),
            Docker.container("billing0")));
  }

  private static Result chain(List<ConnectionMethod<?>> way) throws Exception {
    double[] ours = new double[CHAINS];
    double[] floors = new double[CHAINS];
    try (Router router = Router.create()) {
      for (int i = -1; i < CHAINS; i++) {
        long start = System.nanoTime();
        Context at = router.self();
        List<Context> hops = new ArrayList<>();
        for (ConnectionMethod<?> method : way) {
          at = at.connectAsync(method);
          hops.add(at);
        }
        at.run(Empty::run);
        double all = (System.nanoTime() - start) / 1e6;
        hops.get(0).close();
        double sum = 0;
        at = router.self();
        hops.clear();
        for (ConnectionMethod<?> method : way) {
          start = System.nanoTime();
          at = at.connectAsync(method);
          at.run(Empty::run);
          sum += (System.nanoTime() - start) / 1e6;
          hops.add(at);
        }
        hops.get(0).close();
        if (i >= 0) {
          ours[i] = all;
          floors[i] = sum;
        }
      }
    }
    return new Pairs().add(ours, floors).lessIsBetter();
  }

  /**
   * Bytes of the connection methods among the classes that are sent to a child that uses a router.
   */
  private static Result unused() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      child.call(Remote::contexts); // a class that mentions no connection method
      long bytes = 0;
      Map<String, Long> found = new TreeMap<>();
      for (String name : child.classTraffic().sent()) {
        boolean isLine = name.startsWith("org.mitogen4j.internal.boot.");
        if (isLine || name.startsWith("org.mitogen4j.connect.") && !name.contains(".spi.")) {
          String file = '/' + name.replace('.', '/') + ".class";
          try (InputStream in = Router.class.getResourceAsStream(file)) {
            found.put(name, (long) in.readAllBytes().length);
            bytes += found.get(name);
          }
        }
      }
      return Result.of(
          (double) bytes, child.classTraffic().sent().size() + " classes were sent" + found);
    }
  }
}
