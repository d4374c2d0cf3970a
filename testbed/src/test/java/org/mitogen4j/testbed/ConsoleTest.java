package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Console;
import org.mitogen4j.connect.Local;

/** Real getty, login and shells on a real terminal, with a line that damages what it carries. */
@NeedsTestbed
@Timeout(60)
class ConsoleTest {
  @RegisterExtension final NothingLeft nothingLeft = new NothingLeft();

  ConsoleTest() throws IOException {}

  private static Console getty(String... line) {
    String[] arguments = Arrays.copyOf(line, line.length + 1);
    arguments[line.length] = "getty";
    return Hosts.console("java21", arguments);
  }

  private static void startFails(Console console, Reason reason, String words) {
    try (Router router = Router.create()) {
      assertThatThrownBy(() -> router.connect(console))
          .isInstanceOfSatisfying(
              StartException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(words);
    }
  }

  @Test
  void aContextBehindGettyAndLoginRunsFunctionsAndStartsChildren() throws IOException {
    try (Router router = Router.create()) {
      Console console = getty("--damage", "3000", "--seven").login("user");
      Context child = router.connect(console.password(Secret.of("user-pw")));
      assertThat(child.call(Work::add, 2, 3)).isEqualTo(5);
      assertThat(child.connect(Local.create()).call(Work::add, 3, 4)).isEqualTo(7);
    }
  }

  @Test
  void aWrongPasswordIsGivenOnce() {
    Console console = getty().login("user").password(Secret.of("wrong"));
    startFails(console, Reason.PASSWORD_WRONG, "did not accept the password");
  }

  @Test
  void aConsoleThatAsksForWhatWasNotSetEndsTheStart() {
    startFails(getty(), Reason.LOGIN_REFUSED, "login:");
    startFails(getty().login("user"), Reason.PASSWORD_REQUIRED, "Password:");
  }

  @ParameterizedTest
  @CsvSource({"java8, sh", "shells, bash", "shells, csh -f", "shells, busybox sh", "shells, fish"})
  void aShellThatIsThereIsUsed(String host, String shell) throws IOException {
    try (Router router = Router.create()) {
      Context child = router.connect(Hosts.console(host, shell.split(" ")));
      assertThat(child.call(Work::add, 2, 3)).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @CsvSource({"basenc", "basenc base64"})
  void withoutDecodersAllIsSentInALongerForm(String programs) throws IOException {
    try (Router router = Router.create()) {
      String hidden = "";
      for (String program : programs.split(" ")) {
        hidden += program + "(){ return 1;};export -f " + program + ";";
      }
      hidden += "exec bash --norc";
      Console console = Hosts.console("shells", "bash", "-c", hidden);
      assertThat(router.connect(console).call(Work::add, 2, 3)).isEqualTo(5);
    }
  }

  @Test
  void noHeartbeatEndsAContextWhileMuchWaitsForASlowLine() throws IOException {
    RouterOptions quick = RouterOptions.defaults().heartbeat(Duration.ofMillis(50));
    try (Router router = Router.create(quick)) {
      Context child = router.connect(Hosts.console("java21", "--baud", "460800", "sh"));
      byte[] much = new byte[40_000]; // takes more than a second
      new Random(1).nextBytes(much);
      assertThat(child.call(Work::reversed, Work.reversed(much))).isEqualTo(much);
    }
  }

  @Test
  void aConsoleWithoutAKnownPromptEndsTheStart() {
    Console menu = Hosts.console("java21", "sh", "-c", "printf 'Your choice (1-9)'; sleep 50");
    startFails(menu, Reason.PROMPT_UNKNOWN, "Your choice (1-9)");
  }

  @Test
  void aConsoleThatSaysNothingEndsTheStart() {
    Console silent = Hosts.console("java21", "sh", "-c", "sleep 50");
    startFails(silent, Reason.CONSOLE_SILENT, "showed nothing");
  }

  @Test
  void aProgramThatEndsEndsTheStart() {
    Console refused = Console.command("sh", "-c", "echo Connection refused; exit 1");
    startFails(refused, Reason.UNREACHABLE, "Connection refused");
  }

  @Test
  void aChildThatIsKilledEndsItsCallsThoughTheTerminalStays() throws IOException {
    try (Router router = Router.create()) {
      Context child = router.connect(Hosts.console("java21", "sh"));
      Call<Void> waiting = child.runAsync(Work::sleep, "killed on a console");
      assertThat(child.call(Work::await, "killed on a console begins")).isTrue();
      assertThatThrownBy(() -> child.withTimeout(Duration.ofSeconds(30)).run(Work::kill))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("ended by signal 9");
      assertThatThrownBy(waiting::join).hasCauseInstanceOf(DisconnectedException.class);
    }
  }
}
