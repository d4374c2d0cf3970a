package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * What goes wrong with the program that a connection method runs, for each method: all start at
 * once. A shell script stands in for the program; what it runs, it truly runs.
 */
@Timeout(60)
class ProgramFailuresTest {
  /** Runs the command: the argument with the token. */
  private static final String RUN = "for a do case $a in *T=*)c=$a;;esac;done;exec sh -c \"$c\"\n";

  private static final Logger OUTPUT = Logger.getLogger("org.mitogen4j.output");

  @TempDir Path temp;

  private static List<ConnectionMethod<?>> methods(String program) {
    return List.of(
        Ssh.host("web").sshPath(program),
        Sudo.user("app").sudoPath(program),
        Su.user("app").suPath(program),
        Doas.user("app").doasPath(program),
        CommandPrefix.of(program),
        Docker.container("web").dockerPath(program),
        Podman.container("web").podmanPath(program),
        Buildah.container("web").buildahPath(program),
        Lxc.container("web").lxcAttachPath(program),
        Lxd.instance("web").lxcPath(program),
        Incus.instance("web").incusPath(program),
        Kubectl.pod("web").kubectlPath(program),
        Jail.jail("web").jexecPath(program),
        Nspawn.machine("web").systemdRunPath(program),
        Nsenter.pid(1).nsenterPath(program),
        Chroot.directory("/").chrootPath(program),
        Unshare.namespaces(Namespace.IPC).unsharePath(program));
  }

  private static List<ConnectionMethod<?>> withConsole(String program) {
    List<ConnectionMethod<?>> all = new ArrayList<>(methods(program));
    all.add(Console.command(program));
    return all;
  }

  private String program(String text) throws IOException {
    Path file = temp.resolve("program");
    Files.writeString(file, "#!/bin/sh\necho $$ >'" + temp + "'/pid.$$\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }

  /** Starts by all methods at once; none may start, nor leave a program behind. */
  private void allFail(
      List<ConnectionMethod<?>> methods,
      long timeoutMillis,
      BiConsumer<ConnectionMethod<?>, StartException> check)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(methods.size());
    try (Router router = Router.create()) {
      Map<ConnectionMethod<?>, Future<Context>> starts = new LinkedHashMap<>();
      for (ConnectionMethod<?> method : methods) {
        ConnectionMethod<?> limited = method.connectTimeout(Duration.ofMillis(timeoutMillis));
        starts.put(method, threads.submit(() -> router.connect(limited)));
      }
      for (Map.Entry<ConnectionMethod<?>, Future<Context>> start : starts.entrySet()) {
        ExecutionException failed =
            catchThrowableOfType(ExecutionException.class, () -> start.getValue().get());
        assertThat(failed).as(start.getKey().toString()).isNotNull();
        StartException e = (StartException) failed.getCause();
        assertThat(e.getMessage()).hasSizeLessThan(20_000);
        check.accept(start.getKey(), e);
      }
    } finally {
      threads.shutdownNow();
    }
    try (var files = Files.list(temp)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("pid.")).toList()) {
        long pid = Long.parseLong(Files.readString(file).trim());
        Await.until(() -> ProcessHandle.of(pid).isEmpty());
      }
    }
  }

  @Test
  void aMissingProgramIsToldByItsReason() throws Exception {
    allFail(
        withConsole("no-such-program"),
        20_000,
        (method, e) -> {
          assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.CLIENT_MISSING);
          assertThat(e).hasMessageContaining("no-such-program");
        });
  }

  @Test
  void aProgramThatHangsIsEndedAtTheConnectTimeout() throws Exception {
    allFail(
        methods(program("echo 'waits for a lock' >&2;exec sleep 50\n")),
        2_000,
        (method, e) -> {
          assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.TIMEOUT);
          assertThat(e).hasMessageContaining("waits for a lock");
        });
  }

  @Test
  void aProgramThatDiesHalfWayIsToldWithItsLastWords() throws Exception {
    allFail(
        withConsole(program("echo 'the machine room burns' >&2;kill -9 $$\n")),
        20_000,
        (method, e) -> {
          assertThat(e.reason()).as(e.getMessage()).isNotEqualTo(Reason.TIMEOUT);
          assertThat(e).hasMessageContaining("the machine room burns");
        });
  }

  @Test
  void aProgramThatFloodsItsErrorOutputIsEnded() throws Exception {
    allFail(
        withConsole(program("exec yes 'no way' >&2\n")),
        8_000,
        (method, e) -> assertThat(e).as(method.toString()).hasMessageContaining("no way"));
  }

  @Test
  void aMegabyteThatTheAccountsShellPrintsDoesNoHarm() throws Exception {
    OUTPUT.setLevel(Level.OFF); // what they print need not be in the log of the tests
    String megabyte = "yes $(printf %09999d 0)|head -c 1000000";
    String program = program(megabyte + ";" + megabyte + " >&2;" + RUN);
    List<ConnectionMethod<?>> all = new ArrayList<>(); // one of each kind: each takes a JVM
    all.add(Ssh.host("web").sshPath(program));
    all.add(Su.user("app").suPath(program));
    all.add(Docker.container("web").dockerPath(program));
    String shell = megabyte + ";PS1='$ ' exec sh -i";
    all.add(Console.command("script", "-qfc", shell, "/dev/null"));
    try (Router router = Router.create()) {
      Map<ConnectionMethod<?>, Call<Integer>> calls = new LinkedHashMap<>();
      for (ConnectionMethod<?> method : all) {
        calls.put(method, router.connectAsync(method).callAsync(Integer::sum, 1, 2));
      }
      for (Map.Entry<ConnectionMethod<?>, Call<Integer>> call : calls.entrySet()) {
        assertThat(call.getValue().get()).as(call.getKey().toString()).isEqualTo(3);
      }
    } finally {
      OUTPUT.setLevel(null);
    }
  }
}
