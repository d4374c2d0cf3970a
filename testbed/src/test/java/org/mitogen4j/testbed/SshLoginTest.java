package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Ssh;

/** Logins to a real sshd that need an answer, and keys of hosts that are not known. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class SshLoginTest {
  /** The ports of the sshds that let passwords in: as a password, by keyboard-interactive. */
  private static final int PASSWORD = 2232;

  private static final Secret RIGHT = Secret.of("magic-pw");

  private final Router router = Router.create();

  @TempDir Path temp;

  @AfterEach
  void close() {
    router.close();
  }

  private StartException failure(Ssh method, Reason reason) {
    StartException e = catchThrowableOfType(StartException.class, () -> router.connect(method));
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e).hasMessageNotContaining("-pw");
    return e;
  }

  @ParameterizedTest
  @ValueSource(ints = {PASSWORD, PASSWORD + 1})
  void aPasswordLogsIn(int port) throws Exception {
    Ssh method = Hosts.ssh("java21").user("magic").port(port);
    Context magic = router.connect(method.password(RIGHT));
    assertThat(magic.call(Work::user)).isEqualTo("magic");
    failure(method.password(Secret.of("wrong")), Reason.PASSWORD_WRONG);
    failure(method, Reason.LOGIN_REFUSED);
  }

  @Test
  void aPasswordThatIsNotAskedForDoesNoHarm() throws Exception {
    Ssh method = Hosts.ssh("java21").password(Secret.of("user-pw"));
    assertThat(router.connect(method).call(Work::user)).isEqualTo("user");
  }

  @Test
  void anAccountOrPasswordThatHasExpiredIsTold() {
    Ssh method = Hosts.ssh("java21").port(PASSWORD);
    failure(method.user("lapsed").password(Secret.of("lapsed-pw")), Reason.ACCOUNT_EXPIRED);
  }

  @Test
  void aPassphraseOpensAKeyAndWithoutItTheKeyIsPassedOver() throws Exception {
    Path key = temp.resolve("key");
    Files.copy(Hosts.RUN.resolve("id_ed25519"), key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Process encrypt =
        new ProcessBuilder("ssh-keygen", "-q", "-p", "-f", key.toString(), "-N", "some-pw")
            .inheritIO()
            .start();
    assertThat(encrypt.waitFor()).isZero();
    Ssh method =
        Ssh.host("java21")
            .arguments("-F", Hosts.RUN.resolve("ssh_config_wrong_key").toString())
            .identityFile(key.toString());
    Context user = router.connect(method.passphrase(Secret.of("some-pw")));
    assertThat(user.call(Work::user)).isEqualTo("user");
    failure(method.passphrase(Secret.of("wrong")), Reason.PASSWORD_WRONG);
    failure(method, Reason.LOGIN_REFUSED);
    Ssh magic = method.user("magic").port(PASSWORD).password(RIGHT);
    assertThat(router.connect(magic).call(Work::user)).isEqualTo("magic");
  }

  @Test
  void anUnknownHostKeyIsToldWithItsFingerprintAndTheLineThatTrustsIt() throws Exception {
    Ssh method =
        Ssh.host("java21")
            .arguments(
                "-F",
                Hosts.RUN.resolve("ssh_config").toString(),
                "-oUserKnownHostsFile=" + Hosts.RUN.resolve("known_hosts_empty"));
    Process ask =
        new ProcessBuilder("ssh-keygen", "-lf", Hosts.RUN + "/host_keys/java21.pub").start();
    String fingerprint =
        new String(ask.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(" ")[1];
    String key = Files.readString(Hosts.RUN.resolve("host_keys/java21.pub")).split(" ")[1];
    assertThat(failure(method, Reason.HOST_KEY_UNKNOWN))
        .hasMessageContaining(fingerprint)
        .hasMessageContaining(" ssh-ed25519 " + key);
    assertThat(failure(method.port(PASSWORD), Reason.HOST_KEY_UNKNOWN))
        .hasMessageContaining("]:" + PASSWORD + " ssh-ed25519 " + key);
  }

  @Test
  void aHostIsReachedThroughJumpHosts() throws Exception {
    Ssh method = Hosts.ssh("inner1").jumpHosts("bastion");
    assertThat(router.connect(method).call(Work::user)).isEqualTo("user");
    Ssh longer = Hosts.ssh("inner2").jumpHosts("java8", "user@bastion:22");
    assertThat(longer.loginServers()).hasSize(3);
  }

  @Test
  void aJumpHostGetsItsPasswordToo() throws Exception {
    Ssh method = Hosts.ssh("java17").jumpHosts("magic@java21:" + PASSWORD);
    assertThat(router.connect(method.password(RIGHT)).call(Work::user)).isEqualTo("user");
    failure(method.password(Secret.of("wrong")), Reason.PASSWORD_WRONG);
  }

  /** A program in the place of ssh. */
  private String script(String... lines) throws Exception {
    Path file = temp.resolve("ssh");
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  @Test
  void anSshThatIsTooOldToBeAskedAsksOnATerminal() throws Exception {
    String old =
        script(
            "[ \"$1\" = -V ]&&{ echo 'OpenSSH_8.3p1, OpenSSL 1.1.1' >&2;exit;}",
            "[ \"$SSH_ASKPASS_REQUIRE\" ]&&{ echo unknown >&2;exit 255;}",
            "exec ssh \"$@\"");
    Ssh method = Hosts.ssh("java21").user("magic").port(PASSWORD).sshPath(old);
    assertThat(router.connect(method.password(RIGHT)).call(Work::user)).isEqualTo("magic");
    failure(method.password(Secret.of("wrong")), Reason.PASSWORD_WRONG);
  }

  @Test
  void anSshThatCanBeAskedNeedsNoTerminal() throws Exception {
    String noTerminal =
        script("[ \"$1\" = -V ]||[ ! -t 0 ]||exit 255", "exec setsid -w ssh \"$@\"");
    Ssh method = Hosts.ssh("java21").user("magic").port(PASSWORD).sshPath(noTerminal);
    assertThat(router.connect(method.password(RIGHT)).call(Work::user)).isEqualTo("magic");
  }

  @Test
  void aSecurityKeyIsToldToBeTouched() throws Exception {
    String refused =
        script(
            "echo 'sign_and_send_pubkey: signing failed for ED25519-SK \"/home/user/.ssh/id_ed25519_sk\":"
                + " device not found' >&2",
            "echo 'user@web1: Permission denied (publickey).' >&2",
            "exit 255");
    assertThat(failure(Ssh.host("web1").sshPath(refused), Reason.LOGIN_REFUSED))
        .hasMessageContaining("security key: plug it in and touch it")
        .hasMessageContaining("answer(\"^Enter PIN\", ...)");
  }

  @Test
  void aConnectionThatSshSharesIsUsedAndStays() throws Exception {
    Path socket = temp.resolve("master");
    String config = Hosts.RUN.resolve("ssh_config").toString();
    Process master =
        new ProcessBuilder("ssh", "-F", config, "-MNS", socket.toString(), "java21")
            .inheritIO()
            .start();
    try {
      while (!Files.exists(socket)) {
        assertThat(master.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
      }
      // it can't log in by itself
      String wrongKey = Hosts.RUN.resolve("ssh_config_wrong_key").toString();
      Ssh method = Ssh.host("java21").arguments("-F", wrongKey, "-S", socket.toString());
      for (int i = 0; i < 2; i++) {
        Context child = router.connect(method);
        assertThat(child.call(Work::user)).isEqualTo("user");
        child.close();
      }
      assertThat(master.isAlive()).isTrue();
    } finally {
      master.destroy();
      assertThat(master.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
