package org.mitogen4j.internal.parent.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.connect.spi.Bootstrap;

/** The script in each shell of this machine, within folders that hold files of others. */
@Timeout(60)
class BootstrapScriptTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final int JAR = 2000;
  private static final List<String> PLACES = Arrays.asList("runtime", "tmp", "home", "work");

  @TempDir Path temp;
  private Path java;

  static Stream<List<String>> shells() {
    List<List<String>> all = new ArrayList<>();
    for (String shell : Arrays.asList("dash", "bash", "zsh", "ksh", "mksh", "yash", "busybox sh")) {
      List<String> command = Arrays.asList(shell.split(" "));
      if (Stream.of(System.getenv("PATH").split(":"))
          .anyMatch(folder -> new File(folder, command.get(0)).canExecute())) {
        all.add(command);
      }
    }
    return all.stream();
  }

  @BeforeEach
  void prepare() throws IOException {
    for (String place : PLACES) {
      Files.write(Files.createDirectory(temp.resolve(place)).resolve("letter"), new byte[1]);
    }
    java = temp.resolve("java");
    Files.write(java, "\177ELF\n".getBytes(UTF_8)); // the shell finds it, but can't run it
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  /** The script with the folders of this test in place of those that all share. */
  private String script() {
    String text =
        new BootstrapScript(
                TOKEN, java.toString(), 0, Collections.emptyList(), "test", JAR, 1, false)
            .text();
    assertThat(text).contains("/dev/shm ", " /tmp /var/tmp ");
    return text.replace("/dev/shm ", "/none ").replace(" /tmp /var/tmp ", " ");
  }

  private ProcessBuilder run(List<String> shell, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(shell));
    builder.command().addAll(Arrays.asList(arguments));
    builder.environment().put("XDG_RUNTIME_DIR", temp.resolve("runtime").toString());
    builder.environment().put("TMPDIR", temp.resolve("tmp").toString());
    builder.environment().put("HOME", temp.resolve("home").toString());
    return builder
        .directory(temp.resolve("work").toFile())
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("output").toFile());
  }

  private String output(Process process, byte[] input) throws Exception {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input);
    } catch (IOException e) {
      // it has ended
    }
    process.waitFor();
    return new String(Files.readAllBytes(temp.resolve("output")), UTF_8);
  }

  private void assertOnlyLettersAreLeft() {
    for (String place : PLACES) {
      assertThat(temp.resolve(place).toFile().list()).as(place).containsExactly("letter");
    }
  }

  @ParameterizedTest
  @MethodSource("shells")
  void aScriptThatIsEndedAtAnyMomentLeavesNothingAndRemovesNothingElse(List<String> shell)
      throws Exception {
    for (String signal : Arrays.asList("TERM", "HUP", "INT")) {
      for (int i = 0; i < 15; i++) {
        Process process = run(shell, "-c", script()).start();
        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(12_000_000));
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
        output(process, new byte[JAR]);
      }
    }
    assertOnlyLettersAreLeft();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void theScriptComesToJavaWithAnyUmask(List<String> shell) throws Exception {
    for (String umask : Arrays.asList("0", "077", "0777")) {
      String text = "umask " + umask + ";" + script();
      assertThat(output(run(shell, "-c", text).start(), new byte[JAR]))
          .as(umask)
          .contains(TOKEN + "!x " + java);
    }
    assertOnlyLettersAreLeft();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void aShellThatReadsTheScriptAsItsInputRunsIt(List<String> shell) throws Exception {
    byte[] input = (script() + "x").getBytes(UTF_8);
    assertThat(output(run(shell).start(), Arrays.copyOf(input, input.length + JAR)))
        .contains(TOKEN + "!x " + java);
    assertOnlyLettersAreLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 19, 20, 21, 100, 500, 900})
  void aScriptWithoutItsBeginningRunsNothing(int missing) throws Exception {
    String text = script();
    assertThat(read(text.substring(missing) + "echo ran\n")).doesNotContain("!", "ran");
    assertThat(read("echo ran\n" + text)).doesNotContain("!", "ran");
    assertThat(read(text.substring(0, text.length() - 1 - missing))).doesNotContain("!", "ran");
    assertOnlyLettersAreLeft();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nounset",
        "errexit",
        "noglob",
        "noclobber",
        "allexport",
        "keyword",
        "verbose",
        "xtrace",
        "privileged",
        "physical",
        "pipefail",
        "monitor",
        "errtrace",
        "history",
        "ignoreeof",
        "nounset:errexit:noglob:keyword"
      })
  void optionsThatTheEnvironmentSetsDoNotMatter(String options) throws Exception {
    ProcessBuilder builder = run(Collections.singletonList("bash"), "-c", script());
    builder.environment().put("SHELLOPTS", options);
    assertThat(output(builder.start(), new byte[JAR])).contains(TOKEN + "!x " + java);
    assertOnlyLettersAreLeft();
  }

  /** What the command that reads the script from its input prints for an input. */
  private String read(String input) throws Exception {
    Bootstrap bootstrap = new Bootstrap(TOKEN, script(), new byte[0], new byte[0], new byte[0]);
    assertThat(bootstrap.command().length()).isLessThanOrEqualTo(48);
    return output(
        run(Collections.singletonList("sh"), "-c", bootstrap.command()).start(),
        input.getBytes(UTF_8));
  }
}
