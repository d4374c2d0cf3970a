package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Each way in which a start fails has a reason of its own, and a message with all that is known.
 */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class StartErrorsTest {
  @TempDir Path temp;

  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  private StartException failure(ConnectionMethod<?> method, Reason reason) {
    return failure(router.self(), method, reason);
  }

  private static StartException failure(Context via, ConnectionMethod<?> method, Reason reason) {
    StartException e = catchThrowableOfType(StartException.class, () -> via.connect(method));
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e)
        .hasMessageContaining("can't start " + method.defaultName())
        .hasMessageContaining(method.toString());
    return e;
  }

  // ---- on the way

  @Test
  void anUnknownHostIsNamed() {
    assertThat(failure(Hosts.ssh("no-such-host.invalid"), Reason.HOST_UNKNOWN))
        .hasMessageContaining("Could not resolve hostname no-such-host.invalid");
  }

  @Test
  void aHostOnWhichNobodyListensIsNamed() {
    assertThat(failure(Hosts.ssh("java21").port(9), Reason.UNREACHABLE))
        .hasMessageContaining("port 9: Connection refused");
  }

  @Test
  void anUnknownHostKeyIsNamed() {
    assertThat(failure(knowing("known_hosts_empty"), Reason.HOST_KEY_UNKNOWN))
        .hasMessageContaining("Host key verification failed");
  }

  @Test
  void aChangedHostKeyIsNamed() {
    assertThat(failure(knowing("known_hosts_wrong"), Reason.HOST_KEY_CHANGED))
        .hasMessageContaining("REMOTE HOST IDENTIFICATION HAS CHANGED");
    failure(
        knowing("known_hosts_wrong").hostKeys(Ssh.HostKeys.ACCEPT_NEW), Reason.HOST_KEY_CHANGED);
  }

  private static Ssh knowing(String file) {
    return Ssh.host("java21")
        .arguments(
            "-oUserKnownHostsFile=" + Hosts.RUN.resolve(file),
            "-F",
            Hosts.RUN.resolve("ssh_config").toString());
  }

  @Test
  void aHostThatRefusesTheKeyIsNamed() {
    Ssh method =
        Ssh.host("java21").arguments("-F", Hosts.RUN.resolve("ssh_config_wrong_key").toString());
    assertThat(failure(method, Reason.LOGIN_REFUSED))
        .hasMessageContaining("Permission denied (publickey)");
  }

  @Test
  void aPathWithoutSshIsNamed() {
    assertThat(failure(Hosts.ssh("java21").sshPath("/nowhere/ssh"), Reason.CLIENT_MISSING))
        .hasMessageContaining("can't run /nowhere/ssh on this machine")
        .hasMessageContaining("give the connection method its path");
  }

  @Test
  void aConnectionThatTakesTooLongIsNamed() {
    Ssh method =
        Hosts.ssh("java21")
            .arguments(
                "-oProxyCommand=sleep 1000", "-F", Hosts.RUN.resolve("ssh_config").toString())
            .connectTimeout(Duration.ofMillis(700));
    assertThat(failure(method, Reason.TIMEOUT))
        .hasMessageContaining("no sign of life within the connect timeout of 700 ms");
  }

  @Test
  void aStartThatTakesTooLongThereIsNamed() throws Exception {
    Hosts.output(
        "noexec",
        "sh",
        "-c",
        "mkdir -p ~user/.ssh; printf 'echo I am slow\\nsleep 2\\n' >~user/.ssh/rc");
    try {
      Ssh method = Hosts.ssh("noexec").connectTimeout(Duration.ofMillis(1500));
      assertThat(failure(method, Reason.TIMEOUT)).hasMessageContaining("I am slow");
    } finally {
      Hosts.output("noexec", "sh", "-c", "rm ~user/.ssh/rc");
    }
  }

  // ---- there

  @Test
  void aMissingShellIsNamed() {
    assertThat(failure(Hosts.ssh("noshell"), Reason.SHELL_MISSING))
        .hasMessageContaining("exit code 127")
        .hasMessageContaining("sh: command not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reads", "restricted", "sftp-only"})
  void anAccountThatDoesNotRunTheCommandIsNamed(String user) {
    assertThat(failure(Hosts.ssh("shells").user(user), Reason.COMMAND_REFUSED))
        .hasMessageContaining("nologin")
        .hasMessageContaining("internal-sftp")
        .hasMessageContaining("~/.bashrc");
  }

  @Test
  void aShellThatReadsAheadIsNamed() {
    assertThat(failure(Hosts.ssh("shells").user("becomes-dash"), Reason.COMMAND_REFUSED))
        .hasMessageContaining("such as ~/.bashrc, reads standard input or runs another shell");
  }

  @Test
  void anExpiredPasswordIsNamed() {
    assertThat(failure(Hosts.ssh("shells").user("expired"), Reason.ACCOUNT_EXPIRED))
        .hasMessageContaining("log in by hand to set a new password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"becomes-zsh", "nounset"})
  void startUpFilesThatChangeTheShellDoNotMatter(String user) throws Exception {
    assertThat(router.connect(Hosts.ssh("shells").user(user)).call(Work::user)).isEqualTo(user);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"java17", "java25"}) // Java 8 leaves a report in the home whatever it is told
  void anAccountThatMayStartNoMoreThreadsIsNamed(String host) throws Exception {
    Hosts.output(
        host,
        "sh",
        "-c",
        "printf '#!/bin/bash\\nulimit -u 6; exec java \"$@\"' >/tmp/j; chmod 755 /tmp/j");
    try {
      assertThat(failure(Hosts.ssh(host).javaPath("/tmp/j"), Reason.TOO_MANY_PROCESSES))
          .hasMessageContaining("ulimit -u");
    } finally {
      Hosts.output(host, "rm", "/tmp/j");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-d 20000", "-d 200000", "-v 500000"})
  void aLimitOfMemoryIsNamed(String limit) throws Exception {
    String java = java("ulimit " + limit + "; exec java \"$@\"");
    assertThat(failure(Local.create().javaPath(java), Reason.NO_MEMORY))
        .hasMessageContaining("ulimit -v and -d");
  }

  @Test
  void aGivenPathWithoutJavaIsNamedThoughThereIsOneElsewhere() {
    assertThat(failure(Hosts.ssh("java21").javaPath("/no where/java"), Reason.JAVA_MISSING))
        .hasMessageContaining("no program at the java path given, /no where/java");
  }

  @Test
  void aJavaThatIsTooOldIsNamed() throws Exception {
    byte[] file;
    try (InputStream in = Work.class.getResourceAsStream("Work.class")) {
      file = in.readAllBytes();
    }
    file[7] = (byte) 200; // the major version
    Path folder = Files.createDirectories(temp.resolve("org/mitogen4j/testbed"));
    Files.write(folder.resolve("Work.class"), file);
    String old = java("exec java -cp " + temp + " org.mitogen4j.testbed.Work");
    assertThat(failure(Local.create().javaPath(old), Reason.JAVA_TOO_OLD))
        .hasMessageContaining(old + " did not start a context, for it is older than Java 8")
        .hasMessageContaining("java.lang.UnsupportedClassVersionError");
  }

  @Test
  void aHeapThatIsTooLargeIsNamed() {
    assertThat(failure(Hosts.ssh("java21").jvmArguments("-Xmx100000g"), Reason.NO_MEMORY))
        .hasMessageContaining("java did not start a context")
        .hasMessageContaining("Could not reserve enough space");
  }

  @Test
  void aJvmThatGetsHardlyAnyMemoryIsNamed() throws Exception {
    String java = java("cd " + temp + "; ulimit -v 1300000; exec java \"$@\"");
    assertThat(failure(Local.create().javaPath(java), Reason.NO_MEMORY))
        .hasMessageContaining("java did not start a context");
    assertThat(temp.toFile().list()).containsExactly("java");
  }

  @Test
  void aProgramCalledJavaThatIsNoJavaFailsTheStart() throws Exception {
    Path java = temp.resolve("java");
    Files.write(java, new byte[] {127, 'E', 'L', 'F', 1, 2, 3, 0});
    assertThat(java.toFile().setExecutable(true)).isTrue();
    assertThat(failure(Local.create().javaPath(java.toString()), Reason.JAVA_FAILED))
        .hasMessageContaining(java + " did not start a context");
  }

  @Test
  void anUnknownArgumentForTheJvmIsShown() {
    assertThat(failure(Hosts.ssh("java8").jvmArguments("-XX:+NoSuchThing"), Reason.JAVA_FAILED))
        .hasMessageContaining("Unrecognized VM option 'NoSuchThing'");
  }

  // ---- while it starts

  @Test
  void aJvmThatIsKilledWhileItStartsIsNamed() throws Exception {
    assertThat(failure(Local.create().javaPath(java("kill -9 $$")), Reason.KILLED))
        .hasMessageContaining("ended by signal 9");
    Hosts.output("java21", "sh", "-c", "printf '#!/bin/sh\\nkill -9 $$' >/tmp/j; chmod 755 /tmp/j");
    try {
      failure(Hosts.ssh("java21").javaPath("/tmp/j"), Reason.KILLED);
    } finally {
      Hosts.output("java21", "rm", "/tmp/j");
    }
  }

  @Test
  void anSshThatIsKilledWhileItStartsIsNamed() throws Exception {
    Hosts.output(
        "java21", "sh", "-c", "printf '#!/bin/sh\\nexec sleep 2' >/tmp/j; chmod 755 /tmp/j");
    try {
      Context child = router.connectAsync(Hosts.ssh("java21").javaPath("/tmp/j"));
      CompletableFuture<Context> started = child.ready();
      ProcessHandle ssh = null;
      while (ssh == null || !Hosts.output("java21", "ps", "-e").contains("sleep")) {
        ssh = ProcessHandle.current().children().findFirst().orElse(null);
      }
      ssh.destroyForcibly();
      assertThatThrownBy(started::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("ended by signal 9")
          .hasMessageContaining("/tmp/j did not start a context")
          .extracting(e -> ((StartException) e.getCause()).reason())
          .isEqualTo(Reason.KILLED);
    } finally {
      Hosts.output("java21", "rm", "/tmp/j");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 500, 1100, 2500, 5000, 11_000})
  void aStreamThatIsCutOffFailsTheStart(int bytes) throws Exception {
    Path ssh = script("ssh", "head -c " + bytes + " | ssh \"$@\"");
    StartException e =
        catchThrowableOfType(
            StartException.class,
            () -> router.connect(Hosts.ssh("java21").sshPath(ssh.toString())));
    assertThat(e.getMessage()).startsWith("can't start ssh.java21 by ssh java21: ");
  }

  @Test
  void callsThatWentAheadFailWithWhatWentWrong() {
    Context child = router.connectAsync(Hosts.ssh("nojava"));
    Call<String> call = child.callAsync(Work::user);
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(DisconnectedException.class)
        .hasMessageContaining("found no java");
    assertThatThrownBy(() -> child.call(Work::user))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("found no java");
  }

  @Test
  void closingTheRouterEndsAStart() {
    Context child =
        router.connectAsync(
            Hosts.ssh("java21")
                .arguments(
                    "-oProxyCommand=sleep 1000", "-F", Hosts.RUN.resolve("ssh_config").toString()));
    CompletableFuture<Context> started = child.ready();
    router.close();
    String closed = "(?s).*(shut down|is closed).*"; // the start had begun, or had not
    assertThatThrownBy(started::join).hasMessageMatching(closed);
    assertThatThrownBy(child.ready()::join).hasMessageMatching(closed);
  }

  // ---- further down

  @Test
  void anErrorFurtherDownSaysAtWhichHop() throws Exception {
    Context bastion = router.connect(Hosts.ssh("bastion"));
    Context inner = bastion.connect(Ssh.host("inner1"));
    assertThat(failure(bastion, Ssh.host("no-such-host.invalid"), Reason.HOST_UNKNOWN))
        .hasMessageStartingWith("from ssh.bastion: ");
    assertThat(failure(inner, Local.create().javaPath("/nowhere"), Reason.JAVA_MISSING))
        .hasMessageStartingWith("from ssh.inner1: ");
  }

  @Test
  void aChainThatWasStartedAsAWholeFailsAsAWhole() {
    Context bastion = router.connectAsync(Hosts.ssh("bastion"));
    Context inner = bastion.connectAsync(Ssh.host("no-such-host.invalid"));
    Context local = inner.connectAsync(Local.create());
    assertThatThrownBy(() -> local.call(Work::user))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("Could not resolve hostname no-such-host.invalid");
    assertThat(bastion.call(Work::user)).isEqualTo("user");
  }

  // ---- later

  @Test
  void theEndOfALinkSaysHowTheProcessEndedAndItsLastWords() throws Exception {
    Context local = router.connect(Local.create());
    assertThatThrownBy(() -> local.run(Work::sayAndExit, "farewell", 3))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("local: exit code 3; its last words: farewell");
    Context ssh = router.connect(Hosts.ssh("java21"));
    assertThatThrownBy(() -> ssh.run(Work::sayAndExit, "farewell", 4))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("ssh java21: exit code 4; its last words: farewell");
    Context killed = router.connect(Local.create());
    assertThatThrownBy(() -> killed.run(Work::kill))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("local: ended by signal 9");
  }

  private String java(String script) throws IOException {
    return script("java", script).toString();
  }

  private Path script(String name, String text) throws IOException {
    Path file = Files.writeString(temp.resolve(name), "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
