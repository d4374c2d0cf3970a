package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.Local;

/** What functions and programs print in a child, as it arrives at the master. */
@Timeout(60)
class OutputTest {
  private final RecordedLog log = new RecordedLog();
  private Router router;
  private Context child;

  @BeforeEach
  void start() throws StartException {
    router = Router.create().logTo(log);
    child = router.connect(Local.create().name("web"));
  }

  @AfterEach
  void end() {
    router.close();
  }

  static void print(String text) {
    System.out.print(text);
  }

  static int readInput() throws Exception {
    return System.in.read();
  }

  static String interruptedPrint() {
    Thread.currentThread().interrupt();
    System.out.println("interrupted");
    return Thread.interrupted() ? "still" : "not any more";
  }

  private List<String> lines(String command) throws Exception {
    child.run(Shell::check, command);
    child.run(Shell::check, "printf 'the end\\n'; printf 'the end\\n' >&2");
    Await.until(() -> log.messages().stream().filter("the end"::equals).count() == 2);
    return log.messages().stream().filter(m -> !m.equals("the end")).collect(Collectors.toList());
  }

  @Test
  void theBeginningOfALineComesAfterAMoment() throws Exception {
    child.run(OutputTest::print, "password: ");
    log.awaitRecord("password: ");
    child.run(Shell::check, "printf 'login: '; printf 'error: ' >&2");
    log.awaitRecord("login: ");
    log.awaitRecord("error: ");
  }

  @Test
  void theBeginningOfALineComesAtTheEndOfAContext() throws Exception {
    child.run(OutputTest::print, "bye");
    router.close();
    assertThat(log.messages()).containsExactly("bye");
  }

  static void printInAShutdownHook() {
    Runtime.getRuntime().addShutdownHook(new Thread(OutputTest::printByAProgram));
  }

  private static void printByAProgram() {
    try {
      new ProcessBuilder("sh", "-c", "echo cleanup failed >&2").inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatAProgramOfAShutdownHookPrintsIsLogged() throws Exception {
    child.run(OutputTest::printInAShutdownHook);

    child.close();

    log.awaitRecord("cleanup failed");
  }

  /** As su does, when it is asked to end before it has seen the end of its shell. */
  @RepeatedTest(5)
  void whatTheProgramOfAConnectionPrintsBehindTheEndIsNotLogged(@TempDir Path folder)
      throws Exception {
    Path over = folder.resolve("over");
    String program =
        // its standard error may be closed when it prints
        "trap '' PIPE; exec 3<&0; trap 'echo Session terminated >&2' TERM; \"$@\" <&3 & wait; >"
            + over;
    Context below = router.connect(CommandPrefix.of("sh", "-c", program, "sh"));
    below.run(OutputTest::print, "bye");

    below.close();
    Await.until(() -> Files.exists(over));
    child.run(OutputTest::print, "later");

    log.awaitRecord("later");
    assertThat(log.messages()).containsExactly("bye", "later");
  }

  @Test
  void aProgressBarIsALineForEachState() throws Exception {
    assertThat(lines("printf '10%%\\r50%%\\r100%%\\r\\ndone\\r\\n\\nx\\n'"))
        .containsExactly("10%", "50%", "100%", "done", "", "x");
    child.run(OutputTest::print, "1/2\r2/2\r");
    log.awaitRecord("2/2");
    assertThat(log.of("stdout")).endsWith("1/2", "2/2");
  }

  @Test
  void bytesThatAreNoTextAreShownByTheirNumbers() throws Exception {
    assertThat(lines("printf 'gr\\374\\337 \\303\\244\\n\\377\\376\\n\\342\\202\\n' >&2"))
        .containsExactly("gr\\xFC\\xDF ä", "\\xFF\\xFE", "\\xE2\\x82");
  }

  @Test
  void aLineOfAHundredMegabytesIsCutAndSaysSo() throws Exception {
    for (String to : List.of("", ">&2")) {
      List<String> lines =
          lines("{ head -c 100000000 /dev/zero | tr '\\0' x; echo; echo behind; } " + to);
      assertThat(lines).hasSize(2);
      assertThat(lines.get(0))
          .startsWith("xxx")
          .endsWith("x... (cut, 100000000 bytes in all)")
          .hasSizeLessThan(100_000);
      assertThat(lines.get(1)).isEqualTo("behind");
      log.clear();
    }
    child.run(OutputTest::print, "y".repeat(1_000_000) + "\nbehind\n");
    log.awaitRecord("behind");
    assertThat(log.messages().get(0)).endsWith("y... (cut, 1000000 bytes in all)");
  }

  @Test
  void aLineThatIsCutWithoutAnEndSaysSoToo() throws Exception {
    child.run(Shell::check, "head -c 1000000 /dev/zero | tr '\\0' x");
    Await.until(() -> log.count() > 0);
    assertThat(log.messages()).hasSize(1).first().asString().contains("x... (cut, 1000000 bytes");
  }

  @Test
  void whatIsPrintedByAnInterruptedThreadArrives() throws Exception {
    assertThat(child.call(OutputTest::interruptedPrint)).isEqualTo("still");
    log.awaitRecord("interrupted");
  }

  @Test
  void standardInputIsEmpty() {
    assertThat(child.call(OutputTest::readInput)).isEqualTo(-1);
    child.run(Shell::check, "! read line");
  }

  @Test
  void aFloodOfLinesLosesNone() throws Exception {
    child.run(Shell::check, "seq 200000");
    Await.until(() -> log.count() == 200_000);
    assertThat(log.messages().get(199_999)).isEqualTo("200000");
  }
}
