package org.mitogen4j.examples;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.MitogenException;
import org.mitogen4j.Router;
import org.mitogen4j.Shell;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.Ssh;

/** Leaves a program behind in a data centre, which watches the hosts there. */
public final class MonitoringMaster {
  private MonitoringMaster() {}

  /** The first argument is the host that watches, the others are those that are watched. */
  public static void main(String[] hosts) throws StartException {
    if (hosts.length < 2) {
      System.err.println("give the host that is to watch, and those that are to be watched");
      System.exit(2);
    }
    try (Router router = Router.create()) {
      // tag::start
      Context dc1 = router.connect(Ssh.host(hosts[0]));
      List<Context> children = new ArrayList<>();
      for (int i = 1; i < hosts.length; i++) {
        children.add(dc1.connect(Ssh.host(hosts[i]).name(hosts[i])));
      }
      // end::start
      leave(dc1, children, "/var/run/monitor", 0.9, 1000);
    }
  }

  /** Returns when the context lives on by itself, or failed to. */
  static void leave(
      Context dc1, List<Context> children, String run, double most, long everyMillis) {
    // tag::leave
    try {
      dc1.run(MonitoringMaster::becomeMonitoringMaster, children, run, most, everyMillis);
    } catch (DisconnectedException e) {
      System.out.println(e.getMessage()); // dc1 (1) is gone: dc1 has detached
    }
    // end::leave
  }

  // tag::monitor
  /** Runs in a context of its own from now on, and goes on calling its children. */
  static void becomeMonitoringMaster(
      List<Context> children, String run, double most, long everyMillis) throws Exception {
    killOldProcess(Paths.get(run + ".pid"));
    writePidFile(Paths.get(run + ".pid"));
    Router.current().detach();
    for (; ; ) {
      for (Context child : children) {
        try {
          double load = child.call(MonitoringMaster::cpuLoad);
          if (load > most) {
            alertOperator(Paths.get(run + ".log"), child + " is too busy: " + load);
          }
        } catch (MitogenException e) {
          alertOperator(Paths.get(run + ".log"), e.getMessage());
        }
      }
      Thread.sleep(everyMillis);
    }
  }

  // end::monitor

  static double cpuLoad() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static void alertOperator(Path log, String text) throws IOException {
    Files.write(
        log,
        Collections.singleton(text),
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static void writePidFile(Path file) throws IOException {
    String name = ManagementFactory.getRuntimeMXBean().getName(); // 123@host
    Files.write(file, Collections.singleton(name.substring(0, name.indexOf('@'))));
  }

  private static void killOldProcess(Path file) throws IOException {
    if (Files.exists(file)) {
      Shell.program("kill", Files.readAllLines(file).get(0)).execute();
    }
  }
}
