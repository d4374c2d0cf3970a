package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/** Programs that ask before they run the command, in all the ways that such programs have. */
@Timeout(60)
class PromptingMethodTest {
  private static final String PASSWORD = "tall-order-17";
  private static final Secret RIGHT = Secret.of(PASSWORD);

  /** Reads the answer to {@code a} and fails unless it is the password. */
  private static final String ASK =
      "read -r a;echo \"$a\" >>answers;"
          + "if [ \"$a\" != "
          + PASSWORD
          + " ];then echo 'su: Authentication failure' >&2;exit 1;fi;";

  private static final String RUN = "exec \"$@\"\n";

  @TempDir Path temp;

  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  static int length(String text) {
    return text.length();
  }

  /** A program in place of su that runs this shell text. */
  private Path program(String text) throws IOException {
    Path file = temp.resolve("program");
    Files.writeString(file, "#!/bin/sh\ncd '" + temp + "'\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private CommandPrefix method(String text) throws IOException {
    return CommandPrefix.of(program(text).toString()).connectTimeout(Duration.ofSeconds(20));
  }

  private void starts(CommandPrefix method) throws IOException {
    assertThat(router.connect(method).call(PromptingMethodTest::length, "four")).isEqualTo(4);
  }

  private StartException fails(CommandPrefix method, Reason reason) {
    StartException e = catchThrowableOfType(StartException.class, () -> router.connect(method));
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e).hasMessageNotContaining(PASSWORD);
    return e;
  }

  private List<String> answers() throws IOException {
    Path file = temp.resolve("answers");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Password: ",
        "Password:",
        "[sudo] password for me: ",
        "[sudo: authenticate] Password: ",
        "me's Password:",
        "Passwort: ",
        "Mot de passe\u00a0: ",
        "\u5bc6\u7801\uff1a",
        "\u041f\u0430\u0440\u043e\u043b\u044c: ",
        "\u30d1\u30b9\u30ef\u30fc\u30c9:",
        "Contrase\u00f1a: ",
        "PASSWORD FOR ME> ",
        "Last login: today\\nPassword:\u00a0",
        "Password: \\rPassword: ",
      })
  void aPasswordIsGivenToWhatAsksForIt(String prompt) throws Exception {
    starts(method("printf \"" + prompt + "\" >&2;" + ASK + RUN).password(RIGHT));
    assertThat(answers()).containsExactly(PASSWORD);
  }

  @Test
  void aQuestionOnStandardOutputIsAnsweredToo() throws Exception {
    starts(method("printf 'Password: ';" + ASK + RUN).password(RIGHT));
  }

  @Test
  void aPasswordThatIsNotAskedForIsNotGiven() throws Exception {
    Path log = temp.resolve("input");
    starts(method("tee '" + log + "'|\"$@\"\n").password(RIGHT));
    assertThat(new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1))
        .contains("T=")
        .doesNotContain(PASSWORD);
  }

  @Test
  void aPasswordThatNobodyReadsIsThrownAwayAheadOfTheChild() throws Exception {
    starts(method("printf 'Password: ' >&2;sleep 1;" + RUN).password(RIGHT));
  }

  @Test
  void aWrongPasswordIsGivenOnceOnly() throws Exception {
    String again = "printf 'Sorry, try again.\\nPassword: ' >&2;read -r a&&echo \"$a\" >>answers;";
    String text = "printf 'Password: ' >&2;read -r a;echo \"$a\" >>answers;" + again + again;
    fails(method(text + "exit 1").password(RIGHT), Reason.PASSWORD_WRONG);
    assertThat(answers()).containsExactly(PASSWORD);
  }

  @Test
  void aWrongPasswordIsToldFromTheEndOfTheProgram() throws Exception {
    fails(
        method("printf 'Password: ' >&2;" + ASK + RUN).password(Secret.of("wrong")),
        Reason.PASSWORD_WRONG);
  }

  @Test
  void aProgramThatAsksWhereThereIsNoAnswerEndsTheStartAtOnce() throws Exception {
    CommandPrefix method = method("printf 'Password: ' >&2;" + ASK + RUN);
    long begin = System.nanoTime();
    assertThat(fails(method, Reason.PASSWORD_REQUIRED)).hasMessageContaining("it asks 'Password:'");
    assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(10_000); // not 20 s
    assertThat(answers()).isEmpty();
  }

  @Test
  void aLineThatIsTooLongForAQuestionDoesNotDelayTheConnectTimeout() throws Exception {
    String text = "yes passw|head -n 12000|tr -d '\\n' >&2;sleep 9;";
    long begin = System.nanoTime();
    fails(method(text + RUN).password(RIGHT).connectTimeout(Duration.ofSeconds(1)), Reason.TIMEOUT);
    assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(4_000);
  }

  @Test
  void anUnknownQuestionEndsTheStartWithItsWords() throws Exception {
    String text = "printf 'Password: ' >&2;" + ASK + "printf 'Verification code: ' >&2;read -r a;";
    assertThat(fails(method(text + RUN).password(RIGHT), Reason.PASSWORD_REQUIRED))
        .hasMessageContaining("it asks 'Verification code:'")
        .hasMessageContaining("answer()");
  }

  @Test
  void aQuestionBehindThePasswordGetsItsOwnAnswer() throws Exception {
    String text =
        "printf 'Password: ' >&2;"
            + ASK
            + "printf 'Verification code: ' >&2;read -r a;"
            + "[ \"$a\" = 123456 ]||exit 1;";
    starts(method(text + RUN).password(RIGHT).answer("(?i)code", Secret.of("123456")));
  }

  @Test
  void aPromptOfItsOwnIsKnownByAPattern() throws Exception {
    starts(
        method("printf 'Ihr Geheimnis, bitte! ' >&2;" + ASK + RUN)
            .password(RIGHT)
            .passwordPrompt("Geheimnis.*!"));
  }

  @ParameterizedTest
  @CsvSource({
    "'You are required to change your password immediately.\\nCurrent password: ', ACCOUNT_EXPIRED",
    "'Your account has expired; please ask the administrator.\\n', ACCOUNT_EXPIRED",
    "'The account is locked due to 3 failed logins.\\nPassword: ', ACCOUNT_LOCKED",
    "'The account is locked due to 3 failed logins.\\n', ACCOUNT_LOCKED",
    "'This account is currently not available.\\n', COMMAND_REFUSED",
    "'', COMMAND_REFUSED",
    "'sudo: 3 incorrect password attempts\\n', PASSWORD_WRONG",
  })
  void theWordsBehindThePasswordTellTheReason(String words, Reason reason) throws Exception {
    String text = "printf 'Password: ' >&2;read -r a;printf '" + words + "' >&2;read -r a;exit 1";
    if (!words.endsWith(": ")) {
      text = text.replace("read -r a;exit", "exit");
    }
    fails(method(text).password(RIGHT), reason);
  }

  @Test
  void aProgramThatSaysNothingEndsWithTheConnectTimeout() throws Exception {
    fails(
        method("printf 'Please touch the device.\\n' >&2;exec sleep 30")
            .connectTimeout(Duration.ofSeconds(1)),
        Reason.TIMEOUT);
  }

  @Test
  void aProgramThatFloodsItsErrorOutputIsEnded() throws Exception {
    assertThat(fails(method("exec yes 'no way' >&2"), Reason.OTHER).getMessage())
        .contains("no way")
        .hasSizeLessThan(3000);
  }

  @Test
  void aProgramThatDiesBehindThePasswordIsReportedWithItsLastWords() throws Exception {
    assertThat(
            fails(
                method("printf 'Password: ' >&2;read -r a;echo broken pipe dream >&2;kill -9 $$")
                    .password(RIGHT),
                Reason.KILLED))
        .hasMessageContaining("broken pipe dream");
  }

  @Test
  void aCommandAsOneArgumentRuns() throws Exception {
    starts(method("[ $# = 1 ]||exit 9;exec sh -c \"$1\"").oneArgument(true));
  }

  @Test
  void aPatternThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Doas.user("me").answer("(", RIGHT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'(' is not a regular expression");
  }

  /** What asks on a terminal only, as doas does. */
  private static final String ON_TERMINAL =
      "exec 3<>/dev/tty||exit 7;stty -echo <&3;printf 'me password: ' >&3;read -r a <&3;"
          + "stty echo <&3;exec 3>&-;"
          + "if [ \"$a\" != "
          + PASSWORD
          + " ];then echo 'Authentication failed' >&2;exit 1;fi;";

  /** A context whose PATH leads to these programs only. */
  private Context with(String... programs) throws IOException {
    Path bin = Files.createDirectory(temp.resolve("bin"));
    for (String name : programs) {
      Path found = null;
      for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
        Path file = Path.of(folder, name);
        if (found == null && Files.isExecutable(file) && !folder.contains("shims")) {
          found = file;
        }
      }
      Assumptions.assumeTrue(found != null, name + " is not here");
      Files.createSymbolicLink(bin.resolve(name), found);
    }
    return router.connect(CommandPrefix.of("env", "PATH=" + bin).javaPath(java()));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin/java").toString();
  }

  private static final String[] COMMON = {
    "sh", "env", "uname", "sed", "mkfifo", "mkdir", "rm", "rmdir", "cat", "dd", "stty", "locale"
  };

  private Context withTerminalBy(String program) throws IOException {
    String[] programs = java.util.Arrays.copyOf(COMMON, COMMON.length + 1);
    programs[COMMON.length] = program;
    return with(programs);
  }

  static byte[] same(byte[] bytes) {
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python3", "script"})
  void aPasswordIsGivenOnATerminal(String by) throws Exception {
    Context here = withTerminalBy(by);
    CommandPrefix method = method(ON_TERMINAL + RUN).terminal(true).javaPath(java());
    Context child = here.connect(method.password(RIGHT));
    byte[] all = new byte[3_000_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(child.call(PromptingMethodTest::same, all)).isEqualTo(all);
    child.close();
    StartException e =
        catchThrowableOfType(
            StartException.class, () -> here.connect(method.password(Secret.of("wr'ong \\ one"))));
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.PASSWORD_WRONG);
    assertThat(e).hasMessageContaining("exit code 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python3", "script"})
  void aTerminalThatIsNotAskedOnDoesNoHarm(String by) throws Exception {
    CommandPrefix method =
        CommandPrefix.of(program("exec \"$@\"").toString(), "it's", "a\nb").javaPath(java());
    Files.writeString(
        temp.resolve("program"),
        "#!/bin/sh\n[ \"$1\" = \"it's\" ]&&[ \"$2\" = 'a\nb' ]||exit 9\nshift 2\nexec \"$@\"\n");
    Context child = withTerminalBy(by).connect(method.password(RIGHT).terminal(true));
    assertThat(child.call(PromptingMethodTest::length, "four")).isEqualTo(4);
  }

  @Test
  void aTerminalThatCantBeMadeIsAnErrorThatSaysWhatToInstall() throws Exception {
    Context here = with(COMMON);
    CommandPrefix method = method(ON_TERMINAL + RUN).password(RIGHT).terminal(true);
    StartException e = catchThrowableOfType(StartException.class, () -> here.connect(method));
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.TERMINAL_REQUIRED);
    assertThat(e).hasMessageContaining("install perl, python or util-linux's script");
  }

  @Test
  void aProgramThatReadsItsInputInPlaceOfTheTerminalIsReported() throws Exception {
    CommandPrefix method = method("printf 'Password: ' >&2;" + ASK + RUN);
    assertThat(fails(method.password(RIGHT).terminal(true), Reason.OTHER))
        .hasMessageContaining("leave out terminal(true)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-u",
        "-uroot",
        "-Hu",
        "--user=root",
        "-l",
        "-s",
        "-k",
        "-S",
        "-e",
        "-b",
        "-A",
        "-V",
        "--list",
        "-Z",
        "--no-such",
        "root",
        "--",
        "-",
        "-g",
        "--group"
      })
  void sudoArgumentsWithWhichNoContextCanStartAreRefused(String argument) {
    assertThatThrownBy(() -> Sudo.user("deploy").arguments(argument))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsAnyOf("no option of sudo", "can't be set", "lacks its value");
  }

  @Test
  void otherSudoArgumentsArePutAheadOfTheAccount() {
    Sudo method =
        Sudo.user("deploy")
            .setHome(false)
            .preserveEnvironment(true)
            .selinuxRole("staff_r")
            .arguments("-Pg", "users", "--chdir=/tmp", "-T5", "--preserve-env=A,B", "--role", "r");
    assertThat(method.command(false))
        .containsExactly(
            "sudo",
            "-n",
            "-E",
            "-r",
            "staff_r",
            "-Pg",
            "users",
            "--chdir=/tmp",
            "-T5",
            "--preserve-env=A,B",
            "--role",
            "r",
            "-u",
            "deploy",
            "--");
  }
}
