package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** Ways as texts: what they mean, that they print as they are read, and where they are wrong. */
class ConnectionStringTest {
  private static ConnectionMethod<?> one(String text) {
    List<ConnectionMethod<?>> methods = ConnectionString.parse(text).methods();
    assertThat(methods).hasSize(1);
    return methods.get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://web1, ssh web1",
    "ssh://deploy@web1:2222/, ssh deploy@web1:2222",
    "ssh://[2001:db8::7]:22, ssh 2001:db8::7:22",
    "ssh://web1?user=deploy&port=7, ssh deploy@web1:7",
    "ssh://DOMAIN%5Cme@web1, ssh DOMAIN\\me@web1",
    "sudo://deploy, sudo deploy",
    "su://deploy/?login=true, su deploy",
    "doas://deploy, doas deploy",
    "docker://app@billing0, docker app@billing0",
    "docker-image://registry.example:5000/java:21/?arguments=--network=none, docker run"
        + " registry.example:5000/java:21",
    "podman://web0, podman web0",
    "kubectl://deploy/web/?namespace=shop, kubectl deploy/web",
    "nsenter-pid://42/?namespaces=pid+network, nsenter pid 42",
    "nsenter-lxc://web0, nsenter lxc web0",
    "'chroot:///srv/jail/', chroot /srv/jail",
    "console://telnet/?arguments=bmc7&login=root&shellPrompt=%5B#]$, console telnet bmc7",
    "unshare://pid+mount, 'unshare [MOUNT, PID]'",
    "local://, local",
    "inprocess://, in-process",
    "command://nice/?, nice",
    "lxc://a, lxc a",
    "lxd://far:a, lxd far:a",
    "incus://a, incus a",
    "jail://7, jail 7",
    "nspawn://a, nspawn a",
    "buildah://a, buildah a",
  })
  void aTextStandsForAConnectionMethod(String text, String expected) {
    assertThat(one(text)).hasToString(expected);
    assertThat(one(ConnectionString.parse(text).toString())).hasToString(expected);
  }

  @Test
  void settingsAreThoseOfTheMethod() {
    ConnectionMethod<?> ssh =
        one(
            "ssh://web1/?connectTimeout=1500ms&javaPath=/opt/a%20b/java&jvmArguments=-Xmx64m"
                + "&jvmArguments=-Da=b%2cc&hostKeys=accept-new&name=the%20web&compression=true");
    assertThat(ssh.connectTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(ssh.javaPath()).isEqualTo("/opt/a b/java");
    assertThat(ssh.jvmArguments()).containsExactly("-Xmx64m", "-Da=b,c");
    assertThat(ssh.contextName()).isEqualTo("the web");
  }

  @Test
  void commasJoinMethodsToAWay() {
    List<ConnectionMethod<?>> way =
        ConnectionString.parse("ssh://bastion,ssh://docker-a,sudo://app,docker://billing0")
            .methods();
    assertThat((Object) way).hasToString("[ssh bastion, ssh docker-a, sudo app, docker billing0]");
  }

  @Test
  void aPasswordComesFromAFileOrTheEnvironmentAndIsNotPrinted(@TempDir Path temp) throws Exception {
    Path file = Files.writeString(temp.resolve("password"), "tall-order-17\nmore\n");
    ConnectionString text = ConnectionString.parse("sudo://app/?password=file:" + file);
    assertThat(text + " " + text.methods()).doesNotContain("tall-order");
    assertThat(((Sudo) text.methods().get(0)).hasAnswers()).isTrue();
    assertThat(((Su) one("su://app?password=env:PATH")).hasAnswers()).isTrue();
    assertThatThrownBy(() -> ConnectionString.parse("sudo://app/?password=tall-order-17"))
        .hasMessageContaining("env:NAME or file:PATH");
  }

  @Test
  void aWayLeadsToAContext() throws Exception {
    try (Router router = Router.create()) {
      Context at = router.self();
      for (ConnectionMethod<?> method :
          ConnectionString.parse("inprocess://,command://env/?remoteName=last").methods()) {
        at = at.connectAsync(method);
      }
      assertThat(at.call(() -> Math.max(3, 4))).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"|1|scheme",
        "web1|1|scheme",
        "ftp://web1|1|no scheme 'ftp'",
        "ssh://web1,|12|scheme",
        "ssh://web1,nope|12|scheme",
        "ssh://|7|empty",
        "ssh://web 1|7|U+0020",
        "ssh://web1:x|12|'x' is not a number",
        "ssh://web1:99999|12|port 99999",
        "ssh://web1/?identityFil=x|13|no setting 'identityFil'",
        "ssh://web1/?port=1&x|20|a setting is a name",
        "ssh://web1/?open=x|13|no setting 'open'",
        "ssh://web1/?hostKeys=maybe|22|'maybe' is none of",
        "ssh://web1/?compression=yes|25|neither true nor false",
        "ssh://web1/?connectTimeout=5|28|not a duration",
        "ssh://web%zz|10|two hexadecimal digits",
        "ssh://web%2|10|two hexadecimal digits",
        "local://here|9|no place",
        "app://x|1|no scheme 'app'",
        "unshare://mount+nope|11|'nope' is none of",
        "docker://a/?environment=b|25|a name, '=' and a value",
      })
  void anErrorPointsAtTheCharacter(String text, int at, String why) {
    assertThatThrownBy(() -> ConnectionString.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageContaining(", at character " + at + ":\n")
        .hasMessageEndingWith("\n" + " ".repeat(at - 1) + "^");
  }

  private static String escaped(String value) {
    StringBuilder s = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      s.append(String.format("%%%02X", b & 255));
    }
    return s.toString();
  }

  @Property(tries = 300)
  @SuppressWarnings("OrphanedFormatString") // an address, with signs that stand for others
  void whatIsReadPrintsAsATextThatReadsTheSame(
      @ForAll @Size(max = 4) Map<String, String> variables,
      @ForAll @Size(min = 1, max = 3) List<String> arguments,
      @ForAll List<Boolean> more) {
    StringBuilder text = new StringBuilder("docker://a%40b@c%2fd");
    char separator = '?';
    List<String> expected = new ArrayList<>();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      String value =
          new String(variable.getValue().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
              .replace("\0", "");
      text.append(separator).append("environment=V=").append(escaped(value));
      expected.clear();
      expected.add("V=" + value);
      separator = '&';
    }
    for (String argument : arguments) {
      String value =
          new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
              .replace("\0", "");
      text.append(separator).append("arguments=").append(escaped(value));
      expected.add(value);
      separator = '&';
    }
    more.stream().limit(5).forEach(b -> text.append(b ? ",local://" : ",sudo://x%2Cy"));
    ConnectionString read = ConnectionString.parse(text.toString());
    ConnectionString again = ConnectionString.parse(read.toString());
    assertThat(again).isEqualTo(read).hasToString(read.toString());
    assertThat(again.methods()).hasSize(1 + Math.min(5, more.size()));
    for (ConnectionString each : new ConnectionString[] {read, again}) {
      assertThat(((Docker) each.methods().get(0)).command()).containsAll(expected).contains("a@b");
    }
  }

  @Property(tries = 2000)
  void anyOtherTextIsRefusedWithAPointer(@ForAll String start, @ForAll String end) {
    for (String text :
        new String[] {start, "ssh://" + start + "?" + end, "su://a?" + start + "=" + end}) {
      try {
        ConnectionString read = ConnectionString.parse(text);
        assertThat(ConnectionString.parse(read.toString())).isEqualTo(read);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).contains(", at character ");
        String[] lines = e.getMessage().split("\n", -1);
        assertThat(lines[lines.length - 1].length()).isBetween(1, text.length() + 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh://web1/", "ssh://web1?", "ssh://web1/?", "ssh://web1"})
  void formsOfTheSameMeaningAreEqual(String text) {
    assertThat(ConnectionString.parse(text))
        .isEqualTo(ConnectionString.parse("ssh://web1"))
        .hasToString("ssh://web1");
  }
}
