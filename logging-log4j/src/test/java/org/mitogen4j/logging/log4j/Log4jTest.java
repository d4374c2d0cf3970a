package org.mitogen4j.logging.log4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that logs by Log4j in children, with real versions of it. */
@Timeout(60)
class Log4jTest {
  @TempDir Path folder;

  private List<String> run(Path folder, String jars) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-Dlog4j.folder=" + folder,
                "-cp",
                jars,
                "org.mitogen4j.logging.log4j.Log4jProgram")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  /** The class path of this test, with the other version of the API. */
  private static String withOtherVersion(String... names) throws IOException {
    List<String> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String file = Path.of(entry).getFileName().toString();
      if (Stream.of(names).noneMatch(name -> file.startsWith(name + "-"))) {
        path.add(entry);
      }
    }
    try (Stream<Path> old = Files.list(Path.of("target/old"))) {
      old.forEach(jar -> path.add(jar.toString()));
    }
    return String.join(File.pathSeparator, path);
  }

  private void check(Path folder, List<String> said) throws IOException {
    assertThat(said)
        .anySatisfy(
            s ->
                assertThat(s)
                    .startsWith("WARN com.acme.Disk ")
                    .contains("user=anna", "mitogen.context=web (1)", "AUDIT disk 1 of 2 full"))
        .anySatisfy(
            s -> assertThat(s).startsWith("ERROR com.acme.Disk ").contains("db (2)", "failed 7"))
        .anySatisfy(s -> assertThat(s).contains("CallException", "IllegalStateException: boom"))
        .anySatisfy(
            s ->
                assertThat(s)
                    .startsWith("INFO org.mitogen4j.output.web.stdout ")
                    .contains("printed"))
        .noneSatisfy(s -> assertThat(s).contains("below the level"));
    assertThat(folder.resolve("program.log")).exists();
    assertThat(said).contains("children opened no file");
  }

  @Test
  void recordsOfChildrenArriveAtTheProgramsBackEnd() throws Exception {
    check(folder, run(folder, System.getProperty("java.class.path")));
  }

  @Test
  void theSameHoldsForALaterVersion() throws Exception {
    check(folder, run(folder, withOtherVersion("log4j-api", "log4j-core")));
  }
}
