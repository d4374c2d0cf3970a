package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Ssh;

/** Children on real hosts, of every kind that is to work; and what the settings do. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class SshTest {
  @TempDir Path temp;

  private static void works(Ssh method, String user) throws Exception {
    try (Router router = Router.create()) {
      assertThat(router.connect(method).call(Work::user)).isEqualTo(user);
    }
  }

  @Test
  void anyLoginShellWillDoEvenOneThatPrints() throws Exception {
    List<String> users =
        Stream.of("sh", "dash", "bash", "busybox", "zsh", "fish", "csh")
            .flatMap(shell -> Stream.of(shell + "-user", shell + "-user-noisy"))
            .toList();
    try (Router router = Router.create()) {
      List<Call<String>> calls = new ArrayList<>();
      for (String user : users) {
        Context child = router.connectAsync(Hosts.ssh("shells").user(user));
        calls.add(child.callAsync(Work::user));
      }
      List<String> answers = new ArrayList<>();
      for (Call<String> call : calls) {
        answers.add(call.handle((user, e) -> e == null ? user : e.getMessage()).get());
      }
      assertThat(answers).isEqualTo(users);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "java21, root",
    "readonly, user",
    "readonly, nohome",
    "readonly, root",
    "fulldisk, user",
    "noexec, user",
    "nowrite, user",
    "nowrite, root",
  })
  void aHostIsUsedAsItIs(String host, String user) throws Exception {
    works(Hosts.ssh(host).user(user), user);
  }

  @Test
  void whereNothingCanBeWrittenWhatIsSentAheadArrivesAllTheSame() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connectAsync(Hosts.ssh("nowrite"));
      byte[] large = new byte[300_000];
      large[77] = 1;
      assertThat(child.call(Work::reversed, large)[large.length - 78]).isEqualTo((byte) 1);
      assertThat(child.ready().get()).isEqualTo(child);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowrite17", "fullall"})
  void whereNothingCanBeWrittenAndJavaCantDoWithoutTheErrorSaysBoth(String host) {
    try (Router router = Router.create()) {
      assertThatThrownBy(() -> router.connect(Hosts.ssh(host)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("could not write 2 KB to any of /dev/shm")
          .hasMessageContaining("/var/tmp /home/user")
          .hasMessageContaining("it takes Java 25 or later with its compiler")
          .hasMessageContaining("Illegal seek")
          .extracting(e -> ((StartException) e).reason())
          .isEqualTo(Reason.NO_SPACE);
    }
  }

  // ---- settings

  @Test
  void aJavaPathThatIsGivenWins() throws Exception {
    String wrapper = "/tmp/my java's";
    Hosts.output(
        "java21",
        "sh",
        "-c",
        "printf '#!/bin/sh\\nexec java -Dwrapped=yes \"$@\"\\n' >\"$1\"; chmod 755 \"$1\"",
        "-",
        wrapper);
    try (Router router = Router.create()) {
      Context child = router.connect(Hosts.ssh("java21").javaPath(wrapper));
      assertThat(child.call(Work::property, "wrapped")).isEqualTo("yes");
    } finally {
      Hosts.output("java21", "rm", wrapper);
    }
  }

  @Test
  void argumentsForTheJvmArriveAsTheyAre() throws Exception {
    try (Router router = Router.create()) {
      Context child =
          router.connect(
              Hosts.ssh("java21")
                  .jvmArguments("-Xmx77m", "-Da=b c", "-Dquotes='\"$HOME\\", "-XX:+UseParallelGC"));
      assertThat(child.call(Work::property, "a")).isEqualTo("b c");
      assertThat(child.call(Work::property, "quotes")).isEqualTo("'\"$HOME\\");
      assertThat(child.call(Work::maxMemory)).isLessThan(78 << 20);
    }
  }

  @Test
  void theProcessListShowsTheParentOfTheChild() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Hosts.ssh("java21"));
      Context named = router.connect(Hosts.ssh("java21").remoteName("billing's child"));
      long pid = ProcessHandle.current().pid();
      String user = System.getProperty("user.name");
      assertThat(child.call(Work::commandLine))
          .containsPattern("-Dmitogen=mitogen:" + user + "@[^ ]+:" + pid + "\0");
      assertThat(named.call(Work::commandLine)).contains("-Dmitogen=billing's child\0");
    }
  }

  @Test
  void aChildThatWasCompiledFromAPipeShowsInTheProcessListToo() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Hosts.ssh("nowrite").remoteName("here").jvmArguments("-Da=b"));
      assertThat(child.call(Work::commandLine)).contains("-Dmitogen=here\0");
      assertThat(child.call(Work::property, "a")).isEqualTo("b");
    }
  }

  @Test
  void anIdentityFileIsUsedBesidesOrInPlaceOfOthers() throws Exception {
    String config = Hosts.RUN.resolve("ssh_config_wrong_key").toString();
    Ssh wrong = Hosts.ssh("java21").arguments("-F", config);
    works(wrong.identityFile(Hosts.RUN.resolve("id_ed25519").toString()), "user");
    works(
        wrong.identityFile(Hosts.RUN.resolve("id_ed25519").toString()).identitiesOnly(true),
        "user");
  }

  @Test
  void portCompressionAndKeepAliveReachSsh() throws Exception {
    Path ssh = temp.resolve("ssh");
    Files.writeString(ssh, "#!/bin/sh\necho \"$@\" >" + temp + "/args\nexec ssh \"$@\"\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
    works(
        Hosts.ssh("java21")
            .sshPath(ssh.toString())
            .port(22)
            .compression(true)
            .keepAlive(java.time.Duration.ofSeconds(3)),
        "user");
    assertThat(Files.readString(temp.resolve("args")))
        .contains(" -p 22 ", " -C ", " ServerAliveInterval=3 ");
  }

  @Test
  void theCommandLineForTheHostIsShort() throws Exception {
    Path ssh = temp.resolve("ssh");
    Files.writeString(
        ssh,
        "#!/bin/sh\nfor last; do :; done; printf %s \"$last\" >"
            + temp
            + "/command\nexec ssh \"$@\"\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
    works(
        Hosts.ssh("java21").sshPath(ssh.toString()).jvmArguments("-Da=" + "b".repeat(500)), "user");
    assertThat(Files.size(temp.resolve("command"))).isLessThanOrEqualTo(400);
  }

  @Test
  void aKeySeenForTheFirstTimeCanBeAcceptedAndIsRemembered() throws Exception {
    Path known = Files.createFile(temp.resolve("known_hosts"));
    Ssh method = knowing(known).hostKeys(Ssh.HostKeys.ACCEPT_NEW);
    works(method, "user");
    assertThat(known).isNotEmptyFile();
    works(knowing(known), "user");
  }

  @Test
  void aKeyCanBeIgnoredAndIsNotRemembered() throws Exception {
    works(
        Ssh.host("java21")
            .arguments("-F", withoutStrictness().toString())
            .hostKeys(Ssh.HostKeys.IGNORE),
        "user");
    assertThat(List.of(temp.toFile().list())).containsExactly("config");
  }

  private Ssh knowing(Path knownHosts) throws IOException {
    return Ssh.host("java21")
        .arguments("-F", withoutStrictness().toString(), "-oUserKnownHostsFile=" + knownHosts);
  }

  private Path withoutStrictness() throws IOException {
    Path config = temp.resolve("config");
    return Files.writeString(
        config, Files.readString(Hosts.RUN.resolve("ssh_config")).replaceAll("(?m).*Strict.*", ""));
  }

  @Test
  void settingsOfTheUsersOwnConfigurationCount() throws Exception {
    Path config = temp.resolve("config");
    String alias =
        "Host elsewhere\n    HostName java21\n    User deploy\n    HostKeyAlias java21\n";
    Files.writeString(config, alias + Files.readString(Hosts.RUN.resolve("ssh_config")));
    works(
        Ssh.host("elsewhere").arguments("-F", config.toString(), "-oHostName=" + address("java21")),
        "deploy");
  }

  private static String address(String host) throws IOException {
    for (String line : Files.readAllLines(Hosts.RUN.resolve("hosts.properties"))) {
      if (line.startsWith(host + ".address=")) {
        return line.substring(line.indexOf('=') + 1);
      }
    }
    throw new IOException(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RemoteCommand top",
        "StdinNull yes",
        "SessionType none",
        "SessionType subsystem",
        "ForkAfterAuthentication yes",
        "RequestTTY force",
        "PermitLocalCommand yes\n    LocalCommand cat",
        "Tunnel yes",
        "BatchMode no",
        "LocalForward 1 localhost:1",
        "ControlMaster yes\n    ControlPath %d/none/%C\n    ControlPersist yes",
        "IgnoreUnknown Future*\n    FutureOption yes",
      })
  void aContextGetsItsSessionWhateverTheUsersConfigurationSays(String options) throws Exception {
    Path config = temp.resolve("config");
    String own = "Host java21\n    " + options + "\n";
    Files.writeString(config, own + Files.readString(Hosts.RUN.resolve("ssh_config")));
    works(Hosts.ssh("java21").arguments("-F", config.toString()), "user");
  }

  // ---- many at once, where sshd takes as many logins as it does by default

  @ParameterizedTest
  @ValueSource(ints = {8, 24})
  void noneOfManySessionsToOneHostIsLost(int atOnce) throws Exception {
    Path config = temp.resolve("config");
    Files.writeString(
        config, "Host java21\n    Port 2222\n" + Files.readString(Hosts.RUN.resolve("ssh_config")));
    List<Ssh> methods = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      methods.add(Ssh.host("java21").arguments("-F", config.toString()).loginsAtOnce(atOnce));
    }
    noneIsLost("java21", methods);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 24})
  void noneOfManyHostsBehindOneBastionIsLost(int atOnce) throws Exception {
    StringBuilder hosts = new StringBuilder();
    List<Ssh> methods = new ArrayList<>();
    Path config = temp.resolve("config");
    for (int i = 0; i < 24; i++) {
      String inner = "inner" + (i % 2 + 1);
      hosts.append("Host web").append(i).append("\n    HostName ").append(address(inner));
      hosts.append("\n    HostKeyAlias ").append(inner).append("\n    ProxyJump bastion\n");
      methods.add(Ssh.host("web" + i).arguments("-F", config.toString()).loginsAtOnce(atOnce));
    }
    hosts.append("Host bastion\n    Port 2222\n");
    Files.writeString(config, hosts + Files.readString(Hosts.RUN.resolve("ssh_config")));
    noneIsLost("bastion", methods);
  }

  /** Starts all at once, while a second sshd of the host takes what it takes by default. */
  private static void noneIsLost(String host, List<Ssh> methods) throws Exception {
    Process sshd =
        Hosts.exec(
                host,
                "/usr/sbin/sshd",
                "-D",
                "-e",
                "-p",
                "2222",
                "-oMaxStartups=10:30:100",
                "-oPidFile=none")
            .redirectErrorStream(true)
            .start();
    try (Router router = Router.create();
        BufferedReader log = sshd.inputReader()) {
      while (!log.readLine().contains("listening")) {
        // what it says before
      }
      List<Call<String>> calls = new ArrayList<>();
      for (Ssh method : methods) {
        calls.add(router.connectAsync(method).callAsync(Work::user));
      }
      for (Call<String> call : calls) {
        assertThat(call.get()).isEqualTo("user");
      }
    } finally {
      sshd.destroy();
      sshd.waitFor();
    }
  }
}
