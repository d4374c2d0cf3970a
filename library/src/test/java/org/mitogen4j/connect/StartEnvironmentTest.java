package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Context;
import org.mitogen4j.Logged;
import org.mitogen4j.Router;
import org.mitogen4j.connect.spi.CommandMethod;

/** What environments and java programs a child may find, and starts all the same. */
@Timeout(60)
class StartEnvironmentTest {
  private static final CommandPrefix NOBODY =
      CommandPrefix.of("setpriv", "--reuid=65534", "--clear-groups", "--");

  @TempDir Path temp;
  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  /** A child with an environment of its own. */
  static final class In extends CommandMethod<In> {
    private static final long serialVersionUID = 1;
    private final List<String> variables;

    In(String... variables) {
      this.variables = Arrays.asList(variables);
    }

    @Override
    protected List<String> command() {
      List<String> command = new ArrayList<>(Collections.singletonList("env"));
      command.addAll(variables);
      return command;
    }

    @Override
    public String defaultName() {
      return "in";
    }

    @Override
    public String toString() {
      return "env " + variables;
    }
  }

  private static String java() {
    return new File(System.getProperty("java.home"), "bin/java").getPath();
  }

  static String arguments() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments()
        + " "
        + ManagementFactory.getGarbageCollectorMXBeans().get(0).getName();
  }

  static String property(String name) {
    return System.getProperty(name);
  }

  /** A file and a program's argument with letters beyond ASCII, and the program's environment. */
  @SuppressWarnings("DefaultCharset") // which is what is tested
  static String letters(String folder, String name) throws Exception {
    File file = new File(folder, name);
    try (java.io.FileWriter writer = new java.io.FileWriter(file)) { // the default encoding
      writer.write(name);
    }
    String script = "printf '%s %s\\n' \"$1\" \"${LC_ALL-unset}\"; cat \"$2/$1\"; ls \"$2\"";
    Process process = new ProcessBuilder("sh", "-c", script, "sh", name, folder).start();
    byte[] bytes = new byte[1000];
    int length = 0;
    for (int n; (n = process.getInputStream().read(bytes, length, 1000 - length)) > 0; ) {
      length += n;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void theCollectorOfTheEnvironmentIsUsed(String variable) throws Exception {
    Context child = router.connect(new In(variable + "=-XX:+UseParallelGC").javaPath(java()));
    assertThat(child.call(StartEnvironmentTest::arguments)).contains("PS ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseG1GC",
        "-XX:+AggressiveHeap",
        "-XX:-TieredCompilation",
        "-XX:TieredStopAtLevel=0",
        "-Xmx64m",
        "-XX:ErrorFile=/tmp/mine",
        "-Xlog:gc"
      })
  void argumentsOfTheProgramWin(String argument) throws Exception {
    Context child = router.connect(Local.create().jvmArguments(argument));
    assertThat(child.call(StartEnvironmentTest::arguments)).contains(argument);
  }

  @Test
  void theEncodingOfTheEnvironmentIsUsed() throws Exception {
    Context child =
        router.connect(new In("JAVA_TOOL_OPTIONS=-Dfile.encoding=ISO-8859-1").javaPath(java()));
    assertThat(child.call(StartEnvironmentTest::property, "file.encoding")).isEqualTo("ISO-8859-1");
  }

  @Test
  void aJvmThatPrintsMoreThanAPipeHoldsBeforeItRunsAnythingStarts() throws Exception {
    Context child =
        router.connect(new In("JDK_JAVA_OPTIONS=-Xlog:class+load=debug").javaPath(java()));
    assertThat(child.call(StartEnvironmentTest::property, "file.encoding")).isEqualTo("UTF-8");
    Context all = router.connect(Local.create().jvmArguments("-Xlog:all=info"));
    assertThat(all.call(StartEnvironmentTest::property, "file.encoding")).isEqualTo("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=", "LC_ALL=C", "LC_ALL=POSIX", "LC_ALL=xx_YY.UTF-8"})
  void aChildWithoutAnInstalledLocaleUsesUtf8AndItsProgramsKeepTheirs(String locale)
      throws Exception {
    In method = new In("-u", "LANG", "-u", "LC_CTYPE", locale).javaPath(java());
    Context child = router.connect(method);
    String value = locale.substring("LC_ALL=".length());
    String expected = "größe€ " + (value.isEmpty() ? "unset" : value) + "\ngröße€größe€\n";
    for (Context context : Arrays.asList(child, child.connect(Local.create()))) {
      String letters = context.call(StartEnvironmentTest::letters, temp.toString(), "größe€");
      assertThat(letters.getBytes(StandardCharsets.UTF_8))
          .isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void withoutJavaHomeJavaIsTakenFromThePath() throws Exception {
    In method = new In("-u", "JAVA_HOME", "PATH=" + temp + ":/usr/bin:/bin");
    script("java", "exec " + java() + " -Dpath=taken \"$@\"");
    assertThat(router.connect(method).call(StartEnvironmentTest::property, "path"))
        .isEqualTo("taken");
  }

  @Test
  void aJavaHomeWithoutJavaIsPassedOver() throws Exception {
    script("java", "exec " + java() + " -Dpath=taken \"$@\"");
    In method = new In("JAVA_HOME=/nowhere", "PATH=" + temp + ":/usr/bin:/bin");
    try (Logged log = new Logged()) {
      assertThat(router.connect(method).call(StartEnvironmentTest::property, "path"))
          .isEqualTo("taken");
      router.close(); // then all is logged
      assertThat(log.warnings()).anyMatch(line -> line.contains("JAVA_HOME, /nowhere"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "4", "5", "6", "7", "8", "9", "3>&2 4>&1 5>&1 6>&1 7>&1 8"})
  void aScriptInJavasPlaceMayUseDescriptors(String descriptors) throws Exception {
    Path script = script("java", "exec " + descriptors + ">&1\n" + java() + " \"$@\"");
    Context child = router.connect(Local.create().javaPath(script.toString()));
    assertThat(child.call(StartEnvironmentTest::property, "file.encoding")).isEqualTo("UTF-8");
  }

  @Test
  void aScriptInJavasPlaceMayHaveOptionsThatContradictOurs() throws Exception {
    Path script = script("java", "exec " + java() + " -XX:+UseParallelGC \"$@\"");
    Context child = router.connect(Local.create().javaPath(script.toString()));
    assertThat(child.call(StartEnvironmentTest::arguments)).contains("PS ");
  }

  private Path script(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.write(file, ("#!/bin/sh\n" + text + "\n").getBytes(StandardCharsets.UTF_8));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static void assumeMayBecomeNobody() {
    assumeTrue(
        System.getProperty("user.name").equals("root") && new File("/usr/bin/setpriv").exists(),
        "only root may become another account, by setpriv");
  }

  /** As sshd's sockets: another account can't open these pipes by their paths. */
  @Test
  void aChildWhoseDescriptorsHaveNoPathsStartsAtTheFirstAttempt() throws Exception {
    assumeMayBecomeNobody();

    Context child = router.connect(NOBODY.javaPath(java()));

    assertThat(child.call(StartEnvironmentTest::arguments))
        .contains("TieredStopAtLevel"); // a careful attempt gives no such option
  }

  @Test
  void aJavaImageOfTheModuleJavaBaseAloneStartsAChildUnderAnotherAccount() throws Exception {
    assumeMayBecomeNobody();
    Path image = temp.resolve("image");
    String jlink = new File(System.getProperty("java.home"), "bin/jlink").getPath();
    assertThat(
            new ProcessBuilder(jlink, "--add-modules", "java.base", "--output", image.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));

    Context child = router.connect(NOBODY.javaPath(image.resolve("bin/java").toString()));

    assertThat(child.call(StartEnvironmentTest::property, "user.name")).isEqualTo("nobody");
  }
}
