package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches the command line of another program arrives there as a value, or is refused. */
class ArgumentsTest {
  private static void refused(ThrowingCallable setting) {
    assertThatThrownBy(setting)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(" is not a")
        .doesNotContain("\n", "\r", "\0", "\u001b", "\u202e");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-oProxyCommand=id",
        "ssh://web1",
        "http://web1/",
        "user@web1",
        "web 1",
        "web1\n",
        "web1\r",
        "web1\0",
        "\tweb1",
        "h$(id)",
        "h;id",
        "`id`",
        "a|b",
        "a&b",
        "a>b",
        "a<b",
        "'a'",
        "\"a\"",
        "a\\b",
        "(a)",
        "{a}",
        "web\u001b[1m",
        "web\u202e1",
        "web\u00a01",
        "web\ud800",
      })
  void whatCantBeAHostIsRefused(String host) {
    refused(() -> Ssh.host(host));
    if (host.indexOf('@') < 0 && !host.startsWith("http") && !host.startsWith("ssh:")) {
      refused(() -> Ssh.host("web1").jumpHosts(host));
    }
  }

  @Test
  void aJumpHostBehindAnAccountIsNoOptionEither() {
    refused(() -> Ssh.host("web1").jumpHosts("joe@-oProxyCommand=id"));
    refused(() -> Ssh.host("web1").jumpHosts("bastion", "joe@"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web1", "web-1.example.com.", "10.0.0.1", "::1", "2001:db8::7", "fe80::1%eth0", "[::1]",
        "my_alias", "bücher.example", "a.b_c-d", "bastion/web1", "web1+bastion", "web1,2", "*",
      })
  void whatSshTakesForAHostIsAccepted(String host) {
    assertThat(Ssh.host(host)).hasToString("ssh " + host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-lroot", "root\n", "root\0", "a b", "a;b", "a|b", "`id`", "'a'", "(a)"})
  void whatCantBeAnAccountIsRefused(String user) {
    refused(() -> Ssh.host("web1").user(user));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "DOMAIN\\user", "machine$", "user@realm", "john.doe", "größe"})
  void whatSshTakesForAnAccountIsAccepted(String user) {
    assertThat(Ssh.host("web1").user(user)).hasToString("ssh " + user + "@web1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-e", "--privileged", "a\nb", "a\0", "a b", "\u001b[2J"})
  void whatCouldBeAnOptionOrIsCutOffIsRefusedByTheOtherMethods(String name) {
    refused(() -> Docker.container(name));
    refused(() -> Docker.container("billing0").user(name));
    refused(() -> Sudo.user(name));
    refused(() -> Su.user(name));
    refused(() -> Doas.user(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "a\0b"})
  void whatCantBeAProgramIsRefused(String path) {
    refused(() -> Ssh.host("web1").sshPath(path));
    refused(() -> Docker.container("billing0").dockerPath(path));
    refused(() -> Sudo.user("root").sudoPath(path));
    refused(() -> Su.user("root").suPath(path));
    refused(() -> Su.user("root").shell(path));
    refused(() -> Doas.user("root").doasPath(path));
    refused(() -> CommandPrefix.of(path));
    refused(() -> Local.create().javaPath(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0", "\0"})
  void anArgumentWithANulIsRefused(String argument) {
    refused(() -> Local.create().jvmArguments("-Da=b", argument));
    refused(() -> Local.create().remoteName(argument));
    refused(() -> Ssh.host("web1").arguments(argument));
    refused(() -> Ssh.host("web1").identityFile(argument));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-N",
        "-f",
        "-n",
        "-t",
        "-tt",
        "-Nf",
        "-vN",
        "-W",
        "-V",
        "-G",
        "-oRequestTTY=force",
        "-oSessionType=none",
        "-oremotecommand=top",
        "-oStdinNull yes",
        "bastion",
        "--",
        "-"
      })
  void sshArgumentsThatTakeTheSessionAwayAreRefused(String argument) {
    assertThatThrownBy(() -> Ssh.host("web1").arguments(argument))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsAnyOf("the session that the context needs", "no option of ssh");
  }

  @Test
  void otherSshArgumentsAreAccepted() {
    Ssh.host("web1")
        .arguments(
            "-F", "config", "-oProxyJump=bastion", "-o", "Port=22", "-4vC", "-J", "a,b", "-iN");
  }
}
