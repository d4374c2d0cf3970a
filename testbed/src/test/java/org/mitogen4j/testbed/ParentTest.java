package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Router;

/** The contract with every Java version as the parent: a program in one jar, run on each host. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class ParentTest {
  static final List<String> HOSTS = Hosts.JAVAS;

  @TempDir static Path temp;

  /** The library and the contract. */
  private static Path jar;

  @BeforeAll
  static void packProgram() throws Exception {
    jar = temp.resolve("program.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      addAll(
          out, Path.of(Router.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
      addAll(out, Path.of(Work.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
  }

  /** Adds what a folder or another jar has. */
  private static void addAll(JarOutputStream out, Path source) throws IOException {
    if (Files.isDirectory(source)) {
      addFolder(out, source);
    } else {
      try (FileSystem files = FileSystems.newFileSystem(source)) {
        addFolder(out, files.getPath("/"));
      }
    }
  }

  private static void addFolder(JarOutputStream out, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.filter(Files::isRegularFile).forEach(file -> add(out, folder, file));
    }
  }

  private static void add(JarOutputStream out, Path folder, Path file) {
    try {
      String name = folder.relativize(file).toString();
      if (!name.startsWith("META-INF")) {
        out.putNextEntry(new JarEntry(name));
        Files.copy(file, out);
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program in one file, with types of its own. */
  private static final String PROGRAM =
      """
      import org.mitogen4j.*;
      import org.mitogen4j.connect.*;
      public class Prog {
        record Point(int x, int y) {}
        static Point make(int n) {
          return new Point(n, new Beside().twice(n));
        }
        public static void main(String[] args) throws Exception {
          try (Router router = Router.create()) {
            Context child = router.connect(Local.create());
            int captured = 5;
            System.out.println(child.call(Prog::make, 4) + " " + child.call(() -> make(captured)));
          }
        }
      }
      class Beside {
        int twice(int n) {
          return 2 * n;
        }
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"java25", "java-newest"})
  void aProgramIsSentThatRunsFromItsSource(String host) throws Exception {
    String library =
        Path.of(Router.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    String script =
        "d=$(mktemp -d) && cat >$d/Prog.java && java -cp "
            + library
            + " $d/Prog.java; s=$?; rm -r $d; exit $s";
    Process process =
        Hosts.exec(host, "--user", "user", "sh", "-c", script).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(PROGRAM.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).isEqualTo("Point[x=4, y=8] Point[x=5, y=10]\n");
  }

  @ParameterizedTest
  @FieldSource("HOSTS")
  void theContractHoldsWithThisJavaAsTheParent(String host, @TempDir Path folder) throws Exception {
    String script =
        "d=$(mktemp -d) && cat >$d/p.jar && java -ea -cp $d/p.jar "
            + ContractMain.class.getName()
            + "; s=$?; rm -r $d; exit $s";
    Path log = folder.resolve("log"); // apart, since its lines may come in the middle of others
    Process process =
        Hosts.exec(host, "--user", "user", "sh", "-c", script).redirectError(log.toFile()).start();
    try (OutputStream in = process.getOutputStream()) {
      Files.copy(jar, in);
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said + Files.readString(log)).isZero();
    List<String> expected = new ArrayList<>();
    for (String way : List.of("local", "in-process")) {
      Contract.points().forEach(point -> expected.add("holds: " + way + ": " + point));
    }
    assertThat(said.lines()).containsAll(expected);
  }
}
