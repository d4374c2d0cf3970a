package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that was compiled for a newer Java than the child's is refused, in clear words. */
@Timeout(180)
class JavaVersionsTest {
  private static final String PROGRAM =
      """
      package org.example;
      import org.mitogen4j.*;
      import org.mitogen4j.connect.*;
      public class Main {
        static int twice(int n) {
          return 2 * n;
        }
        public static void main(String[] args) throws Exception {
          try (Router router = Router.create()) {
            Local local = Local.create().javaPath(args[0]).name("web1");
            Context child = args[1].equals("wait") ? router.connect(local) : router.connectAsync(local);
            for (int i = 0; i < 2; i++) {
              try {
                System.out.println(child.call(Main::twice, 21));
              } catch (MitogenException e) {
                System.out.println(e.getMessage());
              }
            }
          }
        }
      }
      """;

  @TempDir static Path folder;
  private static Path older;
  private static Path newer;
  private static int newerVersion;

  @BeforeAll
  static void findTwoJdks() throws Exception {
    Map<Integer, Path> jdks = Jdks.all();
    assumeThat(jdks).as("JDKs on this machine").hasSizeGreaterThan(1);
    older = List.copyOf(jdks.values()).get(0);
    newer = List.copyOf(jdks.values()).get(jdks.size() - 1);
    newerVersion = List.copyOf(jdks.keySet()).get(jdks.size() - 1);
    Files.createDirectories(folder.resolve("src"));
  }

  private static String run(int release, String how) throws Exception {
    Path place = Files.createDirectories(folder.resolve(how + release));
    Path source = Files.writeString(place.resolve("Main.java"), PROGRAM);
    Jdks.compile(newer, source, "-Xlint:-options", "--release", String.valueOf(release));
    return Jdks.run(
        List.of(
            newer.resolve("bin/java").toString(),
            "-cp",
            Jdks.library() + File.pathSeparator + place,
            "org.example.Main",
            older.resolve("bin/java").toString(),
            how));
  }

  private static String refusal() throws Exception {
    String version = Jdks.run(List.of(older.resolve("bin/java").toString(), "--version"));
    String number = version.split(" ", 3)[1];
    return "class org.example.Main was compiled for Java "
        + newerVersion
        + " (class file version "
        + (newerVersion + 44)
        + "), but context web1 runs Java "
        + number
        + ": compile with --release "
        + Runtime.Version.parse(number).feature()
        + ", or give the child a newer Java with javaPath(...)";
  }

  @Test
  void aClassThatIsTooNewIsRefusedBeforeItIsSent() throws Exception {
    assertThat(run(newerVersion, "wait")).isEqualTo(refusal() + "\n" + refusal());
  }

  @Test
  void aClassThatIsTooNewInTheFirstFlightIsToldOfInTheSameWords() throws Exception {
    assertThat(run(newerVersion, "ride")).isEqualTo(refusal() + "\n" + refusal());
  }

  @Test
  void aNewerParentHasAnOlderChildRunWhatItCanRead() throws Exception {
    assertThat(run(8, "wait")).isEqualTo("42\n42");
  }
}
