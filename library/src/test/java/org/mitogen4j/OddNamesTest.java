package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.connect.InProcess;

/** Other languages than Java give classes and methods any name that the JVM takes. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class OddNamesTest {
  @TempDir Path folder;

  private interface Use {
    void of(Class<?> type, Context context);
  }

  /**
   * Compiles a class and another that it uses, and gives both a name that no Java class can have.
   */
  private void withClass(String name, Use use) throws Exception {
    String stand = standIn(name);
    String source =
        """
        package app;
        public class NAME {
          public static Object run(String text) { return new Second_NAME(new NAME()).add(text); }
          public static int bare(NAME none, int n) { return n; }
          public static NAME none() { return null; }
          String word() { return "from "; }
        }
        class Second_NAME {
          private final NAME first;
          Second_NAME(NAME first) { this.first = first; }
          String add(String text) { return first.word() + text; }
        }
        """
            .replace("NAME", stand);
    Path file = Files.writeString(folder.resolve(stand + ".java"), source);
    Path classes = Files.createDirectory(folder.resolve("classes"));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "--release", "8", "-d", classes + "", file.toString());
    assertThat(failed).isZero();
    Path renamed = Files.createDirectories(folder.resolve("renamed/app"));
    try (Stream<Path> compiled = Files.list(classes.resolve("app"))) {
      for (Path from : compiled.toList()) {
        byte[] bytes = replace(Files.readAllBytes(from), stand, name);
        Files.write(renamed.resolve(from.getFileName().toString().replace(stand, name)), bytes);
      }
    }
    URL[] urls = {folder.resolve("renamed").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, null);
        Router router = Router.create()) {
      use.of(loader.loadClass("app." + name), router.connect(InProcess.create()));
    }
  }

  /** A name that takes as many bytes in the class file. */
  private static String standIn(String name) {
    return "X".repeat(name.getBytes(StandardCharsets.UTF_8).length);
  }

  private static byte[] replace(byte[] bytes, String from, String to) {
    byte[] before = from.getBytes(StandardCharsets.UTF_8);
    byte[] after = to.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + before.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + before.length, before, 0, before.length)) {
        System.arraycopy(after, 0, bytes, i, after.length);
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MyTest$it's 100% (really?) #1$1",
        "a call(Ljava,lang,String)V#b",
        "()#()#()#()",
        "100%20%2e%2e",
        "what?and=more&more",
        "a:b*c?d|e\"f\\g<h>",
        "tab\tand\nline",
        "größe 大きさ",
        "!important"
      })
  void aClassOfAnyNameIsSentAndCalled(String name) throws Exception {
    withClass(
        name,
        (type, context) -> {
          assertThat(context.call(type, "run", "here")).isEqualTo("from here");
          assertThat(context.call(type, "bare", null, 5)).isEqualTo(5);
          assertThat(context.call(type, "none")).isNull();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"MyTest$it's 100% (really?) #1$1", "()#:%", "tab\tand\nline"})
  void aClassOfAnyNameIsFoundWhenOnlyItsNameIsKnown(String name) throws Exception {
    withClass(
        name,
        (type, context) -> {
          context.call(type, "bare", null, 5);
          String second = type.getPackageName() + ".Second_" + name;
          assertThat(context.call(OddNamesTest::forName, second)).isEqualTo(second);
        });
  }

  private static String forName(String name) throws ClassNotFoundException {
    return Class.forName(name).getName();
  }
}
