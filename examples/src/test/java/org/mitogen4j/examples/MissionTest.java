package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.CallException;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** The examples of Mitogen's front page. */
class MissionTest {
  @TempDir Path folder;

  static long pid() {
    String name = ManagementFactory.getRuntimeMXBean().getName();
    return Long.parseLong(name.substring(0, name.indexOf('@')));
  }

  private static void kill(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean() && System.nanoTime() < until) {
      Thread.sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static boolean isAlive(long pid) {
    return Files.exists(Path.of("/proc/" + pid)) && !isZombie(pid);
  }

  private static boolean isZombie(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return true; // it went meanwhile
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : Collections.emptyList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void installApp() throws Exception {
    Path app = Files.createDirectory(folder.resolve("app"));
    Files.writeString(app.resolve("hello.txt"), "hello");
    String archive = folder.resolve("app.tar.gz").toString();
    int packed =
        new ProcessBuilder("tar", "czf", archive, "-C", app.toString(), ".").start().waitFor();
    assertThat(packed).isZero();
    Path to = folder.resolve("installed");

    try (Router router = Router.create()) {
      Context context = router.connect(Local.create());
      context.run(InstallApp::installApp, archive, to.toString());
      assertThatThrownBy(() -> context.run(InstallApp::installApp, archive + "x", to.toString()))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("ended with 2");
    }

    assertThat(to.resolve("hello.txt")).hasContent("hello");
  }

  @Test
  void diskUsageOverManyContextsOfWhichSomeDieAndSomeHang() throws Exception {
    Files.write(folder.resolve("file"), new byte[1000]);
    try (Router router = Router.create()) {
      List<Context> contexts = new ArrayList<>();
      for (int i = 0; i < 94; i++) {
        contexts.add(router.connect(InProcess.create().name("works" + i)));
      }
      List<Long> hanging = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Context dies = router.connect(Local.create().name("dies" + i));
        Context hangs = router.connect(Local.create().name("hangs" + i));
        kill("KILL", dies.call(MissionTest::pid));
        hanging.add(hangs.call(MissionTest::pid));
        contexts.add(dies);
        contexts.add(hangs);
      }
      for (long pid : hanging) {
        kill("STOP", pid);
      }
      long began = System.nanoTime();

      List<String> lines = DiskUsage.report(contexts, folder.toString(), Duration.ofSeconds(5));

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
      assertThat(lines).hasSize(101).last().isEqualTo("Total: 94000");
      assertThat(lines).filteredOn(s -> s.contains(": 1000 bytes in " + folder)).hasSize(94);
      assertThat(lines)
          .filteredOn(s -> s.startsWith("hangs") && s.endsWith("has not answered within PT5S"))
          .hasSize(3);
      assertThat(lines).filteredOn(s -> s.startsWith("dies")).hasSize(3);
    }
  }

  @Test
  void tailLogFileWhileItIsRotated() throws Exception {
    Path log = folder.resolve("messages");
    List<String> written = new ArrayList<>();
    try (Router router = Router.create()) {
      Context context = router.connect(Local.create());
      Receiver<String> lines = router.receiver(String.class);
      context.fire(TailLog::tailLogFile, lines.sender(), log.toString());
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        written.add("line " + i);
        Files.write(
            log,
            Collections.singleton("line " + i),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        if (i % 50 == 49) { // as logrotate does
          Files.move(log, folder.resolve("messages.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (i % 50 == 20) { // so that each file is looked at
          while (seen.size() < written.size()) {
            seen.add(lines.get());
          }
        }
      }
      while (seen.size() < written.size()) {
        Reply<String> next = lines.poll(Duration.ofSeconds(20));
        assertThat(next).as("after " + seen.size() + " lines").isNotNull();
        seen.add(next.get());
      }

      assertThat(seen).isEqualTo(written);
      lines.close();
      await(() -> context.workload().running() == 0); // the function has ended
    }
  }

  @Test
  void becomeMonitoringMaster() throws Exception {
    Path run = folder.resolve("monitor");
    Path log = folder.resolve("monitor.log");
    List<Long> pids = new ArrayList<>();
    try (Router router = Router.create()) {
      Context dc1 = router.connect(Local.create().name("dc1"));
      List<Context> children = new ArrayList<>();
      for (String name : Arrays.asList("web", "db")) {
        children.add(dc1.connect(Local.create().name(name)));
        pids.add(children.get(children.size() - 1).call(MissionTest::pid));
      }
      pids.add(dc1.call(MissionTest::pid));
      MonitoringMaster.leave(dc1, children, run.toString(), -1, 20); // every load is too much
    }
    try {
      int before = lines(log).size();
      await(() -> lines(log).size() > before + 4); // though its master has gone
      assertThat(lines(log)).anyMatch(s -> s.startsWith("web (2) is too busy"));
      assertThat(lines(log)).anyMatch(s -> s.startsWith("db (3) is too busy"));
      assertThat(Files.readString(folder.resolve("monitor.pid"), StandardCharsets.UTF_8).trim())
          .isEqualTo(String.valueOf(pids.get(2)));
    } finally {
      kill("TERM", pids.get(2));
    }
    await(() -> pids.stream().noneMatch(MissionTest::isAlive));
  }

  @Test
  void nightlyBillingAlongAnyWay() throws Exception {
    try (Router router = Router.create()) {
      int status =
          NightlyBilling.run(
              router,
              "exit 3",
              Local.create().name("bastion"),
              Local.create().name("docker"),
              Local.create().name("account"),
              Local.create().name("billing"));

      assertThat(status).isEqualTo(3);
      assertThat(router.describe()).contains("        4 billing");
    }
  }
}
