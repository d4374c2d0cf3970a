package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.junit.MitogenTest;

/** Finding Java when JAVA_HOME and PATH have none, or have one that can't be used. */
@MitogenTest
@Timeout(60)
class FindJavaTest {
  private static final String REAL = System.getProperty("java.home") + "/bin/java";

  private static final List<String> TOOLS =
      List.of("sh", "env", "cat", "dd", "locale", "mkdir", "mkfifo", "rm", "rmdir", "sleep");

  private static final String CURRENT = ".sdkman/candidates/java/current";

  @TempDir Path home;
  private Path bin;

  @BeforeEach
  void makeToolsWithoutJava() throws IOException {
    bin = Files.createDirectory(home.resolve("tools"));
    for (String tool : TOOLS) {
      Path found =
          Stream.of(System.getenv("PATH").split(File.pathSeparator))
              .map(folder -> Path.of(folder, tool))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow();
      script(bin.resolve(tool), "exec " + found + " \"$@\"");
    }
  }

  /** Starts a child with neither JAVA_HOME nor a java on its PATH. */
  private CommandPrefix bare() {
    return CommandPrefix.of("env", "-i", "HOME=" + home, "PATH=" + bin);
  }

  /** Writes a shell script in the place of a java program. */
  private static Path script(Path java, String... lines) throws IOException {
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return java;
  }

  private static String exec() {
    return "exec '" + REAL + "' \"$@\"";
  }

  private static String tellsVersion(String version) {
    return "case $1 in -version) echo 'openjdk version \"" + version + "\"' >&2;exit;esac";
  }

  static String answer() {
    return "here";
  }

  private static int attempts(Context child) {
    assertThat(child.call(FindJavaTest::answer)).isEqualTo("here");
    return child.info().timeline().attempts();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CURRENT,
        ".sdkman/candidates/java/21.0.1-tem",
        ".asdf/installs/java/openjdk-21",
        ".local/share/mise/installs/java/21",
        ".jenv/versions/21",
        ".gradle/jdks/temurin-21"
      })
  void javaIsFoundWhereVersionManagersPutIt(String place, Router router) throws Exception {
    Path ran = home.resolve("ran");
    script(home.resolve(place).resolve("bin/java"), ": >'" + ran + "'", exec());
    assertThat(attempts(router.connect(bare()))).isEqualTo(2);
    assertThat(ran).exists();
  }

  @Test
  void whatWasFoundIsRememberedForSiblingsUntilItIsGone(Router router) throws Exception {
    Path first = home.resolve(CURRENT);
    Files.createDirectories(first.getParent());
    Files.createSymbolicLink(first, Path.of(System.getProperty("java.home")));
    assertThat(attempts(router.connect(bare()))).isEqualTo(2);
    assertThat(attempts(router.connect(bare()))).isEqualTo(1);
    Path other = home.resolve(".jdks/other");
    Files.createDirectories(other.getParent());
    Files.move(first, other);
    assertThat(attempts(router.connect(bare()))).isGreaterThan(1);
    assertThat(attempts(router.connect(bare()))).isEqualTo(1);
  }

  @Test
  void aWrapperIsRememberedAsOneThatTakesCare(Router router) throws Exception {
    script(home.resolve(CURRENT + "/bin/java"), exec());
    for (int attempts : new int[] {2, 2, 1}) {
      assertThat(attempts(router.connect(bare()))).isEqualTo(attempts);
    }
  }

  @Test
  void aWrapperThatHasNothingToRunIsPassedOver(Router router) throws Exception {
    script(bin.resolve("java"), "echo 'No version is set for command java' >&2", "exit 126");
    script(home.resolve(CURRENT + "/bin/java"), "echo broken >&2", "exit 1");
    Path ran = home.resolve("ran");
    script(home.resolve(".jdks/works/bin/java"), ": >'" + ran + "'", exec());
    assertThat(attempts(router.connect(bare()))).isEqualTo(3);
    assertThat(ran).exists();
  }

  @Test
  void anOlderJavaThanTheMinimumIsPassedOver(Router router) throws Exception {
    Path old = home.resolve("old ran");
    script(bin.resolve("java"), tellsVersion("1.8.0_292"), ": >'" + old + "'", exec());
    script(home.resolve(CURRENT + "/bin/java"), tellsVersion("10.0.2"), exec());
    Path ran = home.resolve("ran");
    script(
        home.resolve(".jdks/new/bin/java"),
        "echo 'Picked up JAVA_TOOL_OPTIONS: -Dx=1' >&2",
        tellsVersion("11.0.2"),
        ": >'" + ran + "'",
        exec());
    assertThat(attempts(router.connect(bare().minimumJava(11)))).isEqualTo(2);
    assertThat(ran).exists();
    assertThat(old).doesNotExist();
    assertThat(attempts(router.connect(bare().minimumJava(8)))).isEqualTo(2);
    assertThat(old).exists();
  }

  @Test
  void aMinimumThatNoJavaHasIsAnErrorWithAllThatWereSeen(Router router) throws Exception {
    Path old = script(bin.resolve("java"), tellsVersion("1.8.0_292"), exec());
    StartException e =
        catchThrowableOfType(StartException.class, () -> router.connect(bare().minimumJava(999)));
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.JAVA_MISSING);
    assertThat(e)
        .hasMessageContaining("found no Java 999 or later, which minimumJava() asks for, by ")
        .hasMessageContaining(old + " ")
        .hasMessageContaining("(no use are ");

    e =
        catchThrowableOfType(
            StartException.class,
            () -> router.connect(bare().javaPath(old.toString()).minimumJava(9)));
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.JAVA_TOO_OLD);
    assertThat(e).hasMessageContaining("given, " + old + ", is not Java 9 or later");
    assertThatThrownBy(() -> Local.create().minimumJava(7)).hasMessageContaining("Java 7, must be");
  }

  @Test
  void aJavaThatRunsAnOlderVersionThanItTellsIsRefused(Router router) throws Exception {
    int newer = Runtime.version().feature() + 1;
    Path wrapper = home.resolve(CURRENT + "/bin/java");
    script(wrapper, tellsVersion(newer + ".0.1"), exec());

    StartException e =
        catchThrowableOfType(StartException.class, () -> router.connect(bare().minimumJava(newer)));

    assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.JAVA_TOO_OLD);
    assertThat(e)
        .hasMessageContaining("it runs Java " + System.getProperty("java.version") + ", not Java ")
        .hasMessageContaining(newer + " or later, which minimumJava() asks for");
  }

  @Test
  void aRememberedJavaThatFailsIsForgotten(Router router) throws Exception {
    Path java = home.resolve(CURRENT);
    Files.createDirectories(java.getParent());
    Files.createSymbolicLink(java, Path.of(System.getProperty("java.home")));
    assertThat(attempts(router.connect(bare()))).isEqualTo(2);
    Files.delete(java);
    script(java.resolve("bin/java"), "exec sleep 4"); // never becomes a JVM
    CommandPrefix impatient = bare().connectTimeout(Duration.ofSeconds(2));
    assertThatThrownBy(() -> router.connect(impatient)).isInstanceOf(StartException.class);
    script(bin.resolve("java"), exec());

    assertThat(attempts(router.connect(bare()))).isEqualTo(2); // by the java of the PATH
  }

  @Test
  void aJavaThatIsGivenOrRememberedNeedsNoSearch(Router router) throws Exception {
    Local method = Local.create().minimumJava(11); // it uses the java of the parent
    assertThat(attempts(router.connect(method))).isEqualTo(1);
    CommandPrefix found = CommandPrefix.of("env", "JAVA_HOME=" + System.getProperty("java.home"));
    assertThat(attempts(router.connect(found.minimumJava(11)))).isEqualTo(1);
  }
}
