package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.Local;

/** Commands, in a child and in the master. */
@Timeout(60)
class ShellTest {
  private Router router;
  private Context child;

  @TempDir Path folder;

  @BeforeEach
  void start() throws StartException {
    router = Router.create();
    child = router.connect(Local.create());
  }

  @AfterEach
  void end() {
    router.close();
  }

  private static List<Long> pids(Path file) throws Exception {
    List<Long> pids = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      pids.add(Long.parseLong(line.trim()));
    }
    return pids;
  }

  /** A command that starts others, one of them in a session of its own, and ignores SIGTERM. */
  private String family(Path pids, int most) {
    return "trap '' TERM; "
        + ("echo $$ >>" + pids + "; ")
        + ("sh -c 'trap \"\" TERM; echo $$ >>" + pids + "; sleep 1000 & echo $! >>" + pids)
        + ("; wait' & setsid sh -c 'echo $$ >>" + pids + "; exec sleep 1000' & ")
        + ("while [ $(wc -l <" + pids + ") -lt " + most + " ]; do sleep 0.01; done; ")
        + "echo ready; wait; sleep 1000";
  }

  @Test
  void whatACommandPrintsInAChildArrivesInTheLog() throws Exception {
    try (Logged logged = new Logged();
        Router own = Router.create()) {
      Context web = own.connect(Local.create().name("web"));
      assertThat(web.call(Shell::run, "echo one; echo two >&2; exit 3")).isEqualTo(3);
      Await.until(() -> logged.of("org.mitogen4j.output.web.stdout").contains("one"));
      Await.until(() -> logged.of("org.mitogen4j.output.web.stderr").contains("two"));
    }
  }

  @Test
  void outputIsThatOfTheCommandSubstitutionOfAShell() {
    assertThat(child.call(Shell::output, "printf 'grüß\\n\\nb\\n\\n'")).isEqualTo("grüß\n\nb");
    assertThat(Shell.output("printf x")).isEqualTo("x");
  }

  @Test
  void aCommandThatMustSucceedFailsWithItsStatusAndWhatItSaid() {
    assertThatThrownBy(() -> child.run(Shell::check, "exit 4"))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("exit 4 ended with 4");
    assertThatThrownBy(() -> Shell.output("echo no such luck >&2; exit 5"))
        .isInstanceOf(ShellException.class)
        .hasMessageEndingWith("ended with 5: no such luck")
        .hasFieldOrPropertyWithValue("status", 5);
  }

  @Test
  void statusSignalAndBothStreamsAreCapturedByteForByte() {
    ShellResult result =
        child.call(Shell.of("printf 'a\\377\\000b'; echo err >&2; kill -9 $$")::capture);

    assertThat(result.outputBytes()).containsExactly('a', 255, 0, 'b');
    assertThat(result.errors()).isEqualTo("err");
    assertThat(result.signal()).isEqualTo(9);
    assertThat(result.status()).isEqualTo(137);
    assertThat(result.isCut()).isFalse();
  }

  @Test
  void folderVariablesInputAndLimitsAreSet() {
    Shell shell =
        Shell.of("pwd; echo $A; echo ${HOME-none}; ulimit -n; cat")
            .folder(folder.toString())
            .environment("A", "grüß 'x'")
            .environment("HOME", null)
            .limit(Shell.Limit.OPEN_FILES, 100)
            .limit(Shell.Limit.PROCESSES, 10_000)
            .input("in\nput");

    assertThat(child.call(shell::capture).check().output())
        .isEqualTo(folder + "\ngrüß 'x'\nnone\n100\nin\nput");
  }

  @Test
  void aProgramGetsItsArgumentsAsTheyAreAndNothingToRead() {
    assertThat(Shell.program("printf", "%s|", "$HOME", "a b", "*").capture().output())
        .isEqualTo("$HOME|a b|*|");
    assertThat(Shell.program("cat").timeout(Duration.ofSeconds(20)).capture().output()).isEmpty();
  }

  @Test
  void aCommandThatCanNotBeStartedSaysSo() {
    assertThatThrownBy(() -> Shell.of("true").folder("/no/such").capture())
        .isInstanceOf(ShellException.class)
        .hasMessageContaining("there is no folder /no/such");
    assertThat(Shell.program("/no/such/program").capture().status()).isNotZero();
  }

  @Test
  void inputThatIsNotReadAndOutputBeyondTheLimitHoldNothingUp() {
    ShellResult result =
        Shell.of("head -c 50000000 /dev/zero; echo end >&2")
            .input(new byte[10_000_000])
            .outputLimit(1000)
            .capture();

    assertThat(result.outputBytes()).hasSize(1000);
    assertThat(result.isCut()).isTrue();
    assertThat(result.errors()).isEqualTo("end");
    assertThatThrownBy(() -> Shell.output("head -c 20000000 /dev/zero"))
        .isInstanceOf(ShellException.class)
        .hasMessageContaining("more than 16777216 bytes");
  }

  @Test
  void mergedErrorsStandBetweenTheOutput() {
    ShellResult result = Shell.of("echo 1; echo 2 >&2; echo 3").mergeErrors().capture();

    assertThat(result.output()).isEqualTo("1\n2\n3");
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void aTimeoutEndsACommandWithAllThatItStarted() throws Exception {
    Path pids = Files.createFile(folder.resolve("pids"));
    Shell shell = Shell.of(family(pids, 4)).timeout(Duration.ofSeconds(2));

    assertThatThrownBy(() -> child.call(shell::capture))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("took longer than PT2S");
    assertThat(pids(pids)).hasSize(4).noneMatch(Await::lives);
  }

  @Test
  void aCancelledCallEndsACommandWithAllThatItStarted() throws Exception {
    Path pids = Files.createFile(folder.resolve("pids"));
    Call<ShellResult> call = child.callAsync(Shell.of(family(pids, 4))::execute);
    Await.until(() -> pids(pids).size() == 4);

    call.cancel(true);

    Await.until(() -> pids(pids).stream().noneMatch(Await::lives));
  }

  @Test
  void theEndOfAContextEndsItsCommands() throws Exception {
    Path pids = Files.createFile(folder.resolve("pids"));
    try (Router own = Router.create()) {
      Context other = own.connect(Local.create());
      Call<ShellResult> call = other.callAsync(Shell.of(family(pids, 4))::execute);
      Await.until(() -> pids(pids).size() == 4);
      assertThat(call).isNotDone();
    }
    Await.until(() -> pids(pids).stream().noneMatch(Await::lives));
  }

  static void halt() {
    Runtime.getRuntime().halt(1);
  }

  @Test
  void aContextThatHaltsTakesItsCommandsAlong() throws Exception {
    Path pids = Files.createFile(folder.resolve("pids"));
    Call<ShellResult> call = child.callAsync(Shell.of(family(pids, 4))::execute);
    Await.until(() -> pids(pids).size() == 4);

    child.fire(ShellTest::halt);

    Await.until(() -> pids(pids).stream().noneMatch(Await::lives));
    assertThat(call).failsWithin(Duration.ofSeconds(20));
  }

  @Test
  void whatACommandLeavesBehindRunsOnAndHoldsNothingUp() throws Exception {
    ShellResult result =
        Shell.of("echo begun; sleep 1000 & echo $!").timeout(Duration.ofSeconds(30)).capture();

    List<String> lines = Arrays.asList(result.output().split("\n"));
    long pid = Long.parseLong(lines.get(1));
    assertThat(Await.lives(pid)).isTrue();
    Shell.check("kill " + pid);
  }

  @Test
  void linesComeAsTheyAreWrittenAndAtThePaceOfTheReader() throws Exception {
    Path go = folder.resolve("go");
    Shell shell =
        Shell.of(
            "printf 'one\\ntwo\\r\\n10%%\\r20%%\\r\\n\\nlast'; echo why >&2;"
                + (" while [ ! -e " + go + " ]; do sleep 0.01; done; exit 6"));
    try (Receiver<String> lines = shell.lines(child)) {
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        seen.add(lines.get());
      }
      assertThat(seen).containsExactly("one", "two", "10%", "20%", "");
      Files.createFile(go);
      assertThat(lines.get()).isEqualTo("last");
      assertThatThrownBy(lines::get).hasMessageContaining("ended with 6: why");
    }
  }

  @Test
  void manyLinesArriveInOrderAndThenTheEnd() {
    int next = 1;
    for (String line : Shell.of("seq 100000").lines(child)) {
      assertThat(line).isEqualTo(String.valueOf(next++));
    }
    assertThat(next).isEqualTo(100_001);
  }

  @Test
  void closingTheReceiverEndsTheCommandThatIsSilent() throws Exception {
    Path pids = Files.createFile(folder.resolve("pids"));
    Receiver<String> lines = Shell.of(family(pids, 4)).lines(child);
    assertThat(lines.get()).isEqualTo("ready");

    lines.close();

    Await.until(() -> pids(pids).stream().noneMatch(Await::lives));
  }

  @Test
  void aLineWithoutEndComesInPartsOfWholeLetters() {
    List<Integer> lengths = new ArrayList<>();
    StringBuilder all = new StringBuilder();

    Shell.of("printf x; i=0; while [ $i -lt 18 ]; do cat; i=$((i+1)); done")
        .input("ä".repeat(700_000).getBytes(StandardCharsets.UTF_8))
        .forEachLine(
            part -> {
              lengths.add(part.length());
              all.append(part);
            });

    assertThat(lengths).hasSize(2);
    assertThat(all.toString()).isEqualTo("x" + "ä".repeat(700_000));
  }

  @Test
  void anExceptionOfTheConsumerEndsTheCommand() throws Exception {
    Path pids = Files.createFile(folder.resolve("pids"));

    assertThatThrownBy(
            () ->
                Shell.of(family(pids, 4))
                    .forEachLine(
                        line -> {
                          throw new IllegalStateException(line);
                        }))
        .hasMessage("ready");
    assertThat(pids(pids)).noneMatch(Await::lives);
  }
}
