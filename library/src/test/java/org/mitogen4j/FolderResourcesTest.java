package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;

/** A child that reads the files of a folder one by one gets further ones without a question. */
@Timeout(60)
class FolderResourcesTest {
  /** The files that there are. */
  private static final int FILES = 300;

  /** The files that the program reads: each third one. */
  private static final int READ = 100;

  @TempDir private Path folder;
  private Path classes;

  @BeforeEach
  void compile() throws Exception {
    Path source =
        CompiledProgram.write(
            folder.resolve("src/rules/Main.java"),
            """
            package rules;
            public class Main {
              public static int read(int files) throws Exception {
                int bytes = 0;
                for (int i = 0; i < 3 * files; i += 3) {
                  String name = "/rules/data/rule" + (1000 + i) + ".txt";
                  try (java.io.InputStream in = Main.class.getResourceAsStream(name)) {
                    while (in.read() >= 0) {
                      bytes++;
                    }
                  }
                }
                return bytes;
              }
            }
            """);
    classes = folder.resolve("classes");
    CompiledProgram.compile(classes, "8", "", source);
    for (int i = 0; i < FILES; i++) {
      String name = "rules/data/rule" + (1000 + i) + ".txt";
      CompiledProgram.write(classes.resolve(name), "x".repeat(100));
    }
  }

  private static ClassTraffic read(Router router, URLClassLoader loader, int files)
      throws Exception {
    return read(router.connect(InProcess.create()), loader, files);
  }

  private static ClassTraffic read(Context child, URLClassLoader loader, int files)
      throws Exception {
    int read = (Integer) child.call(loader.loadClass("rules.Main"), "read", files);
    assertThat(read).isEqualTo(files * 100);
    Await.until(() -> child.classTraffic().isComplete());
    return child.classTraffic();
  }

  /** The questions that a context has received from a child of its own. */
  private static long questionsFrom(String child) {
    return Router.current().contexts().stream()
        .filter(context -> context.name().equals(child))
        .mapToLong(context -> context.classTraffic().requests())
        .sum();
  }

  private static void check(Path place) throws Exception {
    try (URLClassLoader loader = CompiledProgram.loader(place);
        Router router = Router.create()) {
      ClassTraffic first = read(router, loader, READ);
      ClassTraffic second = read(router, loader, READ);

      assertThat(first.requests()).isLessThan(20);
      assertThat(second.requests()).isZero();
      // what the first did not read, the second is not sent
      assertThat(second.resourceBytes()).isLessThan(first.resourceBytes() / 2);
    }
  }

  @Test
  void theFilesOfAJarThatAreReadOneByOneTakeFewQuestions() throws Exception {
    check(CompiledProgram.jar(folder.resolve("rules.jar"), classes));
  }

  @Test
  void theFilesOfAFolderThatAreReadOneByOneTakeFewQuestions() throws Exception {
    check(classes);
  }

  @Test
  void aContextFurtherDownThatReadsFilesOneByOneAsksFewQuestions() throws Exception {
    try (URLClassLoader loader = CompiledProgram.loader(classes);
        Router router = Router.create()) {
      Context between = router.connect(InProcess.create());
      Context below = between.connect(InProcess.create().name("below"));

      read(below, loader, READ);

      assertThat(between.call(FolderResourcesTest::questionsFrom, below.name())).isLessThan(20);
    }
  }

  @Test
  void aChildThatReadsTwoFilesOfAFolderGetsTheseOnly() throws Exception {
    try (URLClassLoader loader = CompiledProgram.loader(classes);
        Router router = Router.create()) {
      long two = read(router, loader, 2).resourceBytes();

      assertThat(two).isPositive().isLessThan(1000);
    }
  }
}
