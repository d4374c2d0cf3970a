package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A program that is run from its source, {@code java Prog.java}, is sent from memory. */
@Timeout(180)
class SourceFileTest {
  private static final String PROGRAM =
      """
      import org.mitogen4j.*;
      import org.mitogen4j.connect.*;
      public class Prog {
        record Point(int x, int y) {}
        enum Kind { A, B }
        static class Maker {
          static Point make(int n) {
            return new Point(n, 2 * n);
          }
        }
        static String work(int n) {
          return Maker.make(n) + " " + Kind.B + " " + new Beside().name();
        }
        public static void main(String[] args) throws Exception {
          if (args.length > 0) {
            Thread.currentThread().setContextClassLoader(ClassLoader.getSystemClassLoader());
          }
          try (Router router = Router.create()) {
            String java = System.getProperty("java.home") + "/bin/java";
            Context child = router.connect(Local.create().javaPath(java));
            System.out.println(child.call(Prog::work, 4));
            int captured = 5;
            System.out.println(child.call(() -> "lambda " + work(captured)));
            int sum = child.call(p -> p.x() + p.y(), new Point(1, 2));
            System.out.println(sum);
          }
        }
      }
      class Beside {
        String name() {
          return "beside";
        }
      }
      """;

  @TempDir Path folder;

  static Stream<Arguments> javas() throws Exception {
    return Jdks.all().entrySet().stream().map(jdk -> Arguments.of(jdk.getKey(), jdk.getValue()));
  }

  private String run(Path home, String... arguments) throws Exception {
    Path source = Files.writeString(folder.resolve("Prog.java"), PROGRAM);
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/java").toString());
    command.addAll(List.of("-cp", Jdks.library(), source.toString()));
    command.addAll(List.of(arguments));
    return Jdks.run(command);
  }

  @ParameterizedTest(name = "Java {0}")
  @MethodSource("javas")
  void classesOfASourceFileTravel(int version, Path home) throws Exception {
    assertThat(run(home))
        .isEqualTo("Point[x=4, y=8] B beside\nlambda Point[x=5, y=10] B beside\n3");
  }

  @ParameterizedTest(name = "Java {0}")
  @MethodSource("javas")
  void theLoaderOfTheFunctionCountsNotTheThreads(int version, Path home) throws Exception {
    assertThat(run(home, "system"))
        .isEqualTo("Point[x=4, y=8] B beside\nlambda Point[x=5, y=10] B beside\n3");
  }
}
