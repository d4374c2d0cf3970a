package org.mitogen4j.packer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;

class PackerTest {
  private static final String SHAPE =
      "package org.mitogen4j.internal.kernel; public interface Shape { double area(); }";
  private static final String ABSTRACT_SHAPE =
      """
      package org.mitogen4j.internal.kernel;
      abstract class AbstractShape implements Shape {
        private static final String SUFFIX = " square metres";
        @Override public String toString() { return area() + SUFFIX; }
      }
      """;
  private static final String A_CIRCLE =
      """
      package org.mitogen4j.internal.kernel;
      import java.util.concurrent.Callable;
      public class ACircle extends AbstractShape implements Callable<String> {
        enum Colour { RED, GREEN }
        @Deprecated public double area() { return 2; }
        public String call() throws Exception {
          Callable<String> nested = new Callable<String>() {
            public String call() { return ACircle.this.toString(); }
          };
          String colours = "";
          for (Colour colour : Colour.values()) {
            switch (colour) {
              case RED: colours += "red "; break;
              default: colours += colour; break;
            }
          }
          return colours + ": " + nested.call();
        }
      }
      """;
  private static final String FIRST_STAGE =
      """
      package org.mitogen4j.internal.boot;
      public class FirstStage {
        public static void main(String[] args) {
          class Greeting { public String toString() { return "hello"; } }
          System.out.println(new Greeting());
        }
      }
      """;

  @TempDir private Path temporary;
  private Path classes;
  private Path image;
  private Path jar;

  @BeforeEach
  void folders() throws IOException {
    classes = Files.createDirectory(temporary.resolve("classes"));
    image = classes.resolve("org/mitogen4j/kernel.image");
    jar = classes.resolve("org/mitogen4j/first-stage.jar");
  }

  @Test
  void theClassesOfAnImageRunInALoaderThatSeesNothingElse() throws Exception {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE);
    pack();

    assertThat(call("org.mitogen4j.internal.kernel.ACircle"))
        .isEqualTo("red GREEN: 2.0 square metres");
  }

  /** Calls an object of a class in the image. */
  private Object call(String name) throws Exception {
    Path unpacked = temporary.resolve("unpacked");
    for (Map.Entry<String, byte[]> entry : unpack(image).entrySet()) {
      Path file = unpacked.resolve(entry.getKey().replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, entry.getValue());
    }
    URL[] urls = {unpacked.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      return ((Callable<?>) loader.loadClass(name).getConstructor().newInstance()).call();
    }
  }

  @Test
  void supertypesComeBeforeTheClassesThatNeedThem() throws IOException {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE);
    pack();

    List<String> names = List.copyOf(unpack(image).keySet());
    assertThat(names)
        .containsSubsequence(
            "org.mitogen4j.internal.kernel.Shape",
            "org.mitogen4j.internal.kernel.AbstractShape",
            "org.mitogen4j.internal.kernel.ACircle")
        .contains(
            "org.mitogen4j.internal.kernel.ACircle$Colour",
            "org.mitogen4j.internal.kernel.ACircle$1");
  }

  @Test
  void theKernelItselfIsLast() throws IOException {
    Compiled.into(
        classes,
        SHAPE,
        "package org.mitogen4j.internal.kernel; class ChildRouter { Object x = Shape.class; }");
    pack();

    assertThat(unpack(image).keySet())
        .containsExactly(
            "org.mitogen4j.internal.kernel.Shape", "org.mitogen4j.internal.kernel.ChildRouter");
  }

  @Test
  void numbersAndTextsOfAllKindsSurviveTheSharedPool() throws Exception {
    String many =
        IntStream.range(0, 300).mapToObj(i -> "{ s += \"text" + i + "\"; }").collect(joining());
    Compiled.into(
        classes,
        """
        package org.mitogen4j.internal.kernel;
        public class Values implements java.util.concurrent.Callable<String> {
          String s = 100_000 + " " + -1_234_567_890_123L + " " + 1.5f + " " + Math.PI + " \\0 ä ";
          public String call() { many(); return s.substring(0, 60) + s.length(); }
          void many() { MANY }
        }
        """
            .replace("MANY", many));
    pack();

    assertThat(call("org.mitogen4j.internal.kernel.Values"))
        .isEqualTo("100000 -1234567890123 1.5 3.141592653589793 \0 ä text0text1te" + 2038);
  }

  @Test
  void aTextThatIsTooLongForTheImageIsRefused() throws IOException {
    Compiled.into(
        classes,
        "package org.mitogen4j.internal.kernel; class Long { Object x = \""
            + "x".repeat(256)
            + "\"; }");

    assertThatThrownBy(() -> pack()).hasMessageContaining("a text of more than 255 bytes: xxx");
  }

  @Test
  void aClassOfConstantsIsLeftOutUnlessSomethingRefersToIt() throws IOException {
    Compiled.into(
        classes,
        "package org.mitogen4j.internal.kernel; class Inlined { private Inlined() {} static final int X = 1; }",
        "package org.mitogen4j.internal.kernel; class Used { private Used() {} static final int X = 2; }",
        """
        package org.mitogen4j.internal.kernel;
        class User { int x = Inlined.X + Used.X; Object y = Used.class; }
        """,
        """
        package org.mitogen4j.internal.kernel;
        class Computed { private Computed() {} static final Object X = new Object(); }
        """);
    pack();

    assertThat(unpack(image).keySet())
        .containsExactlyInAnyOrder(
            "org.mitogen4j.internal.kernel.Computed",
            "org.mitogen4j.internal.kernel.Used",
            "org.mitogen4j.internal.kernel.User");
  }

  @Test
  void theClassesOfTheContextAreListed() throws IOException {
    Path list = classes.resolve("org/mitogen4j/context.list");
    Compiled.into(classes, SHAPE, FIRST_STAGE);
    pack();
    assertThat(list).doesNotExist();

    Compiled.into(
        classes,
        "package org.mitogen4j.internal.context; class Later { class Inner {} }  class First {}");
    pack();
    assertThat(list)
        .hasContent(
            """
            org.mitogen4j.internal.context.First
            org.mitogen4j.internal.context.Later
            org.mitogen4j.internal.context.Later$Inner
            """);
  }

  @Test
  void theSameClassesGiveTheSameBytes() throws IOException {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE, FIRST_STAGE);
    pack();
    byte[] firstImage = Files.readAllBytes(image);
    byte[] firstJar = Files.readAllBytes(jar);
    pack();

    assertThat(image).hasBinaryContent(firstImage);
    assertThat(jar).hasBinaryContent(firstJar);
  }

  @Test
  void aKernelThatRefersToOtherPackagesIsRefusedByName() throws IOException {
    Compiled.into(
        classes,
        "package org.mitogen4j.internal.master; public class Far { public static int x() { return 1; } }",
        "package org.mitogen4j.internal.kernel; class Near { int x() { return org.mitogen4j.internal.master.Far.x(); } }",
        "package org.mitogen4j.internal.kernel; class Fine { Object x = new java.util.ArrayList<String>(); }");

    assertThatThrownBy(() -> pack())
        .hasMessageContaining(
            "org.mitogen4j.internal.kernel.Near refers to org.mitogen4j.internal.master.Far")
        .hasMessageNotContaining("Fine");
    assertThat(image).doesNotExist();
  }

  @Test
  void theJdkBeyondJavaIsNoPartOfWhatAKernelMayUse() throws IOException {
    Compiled.into(
        classes,
        "package org.mitogen4j.internal.kernel; class Near { javax.security.auth.Subject x; }");

    assertThatThrownBy(() -> pack()).hasMessageContaining("javax.security.auth.Subject");
  }

  @Test
  void aKernelWithALambdaIsRefused() throws IOException {
    Compiled.into(
        classes, "package org.mitogen4j.internal.kernel; class Lazy { Runnable x = () -> {}; }");

    assertThatThrownBy(() -> pack())
        .hasMessageContaining("org.mitogen4j.internal.kernel.Lazy uses a lambda");
  }

  @Test
  void withoutClassesNothingIsWritten() throws IOException {
    assertThat(pack())
        .containsExactly(
            "no classes in org.mitogen4j.internal.kernel yet: no kernel image",
            "no org.mitogen4j.internal.boot.FirstStage yet: no first-stage jar");

    assertThat(image).doesNotExist();
    assertThat(jar).doesNotExist();
  }

  @Test
  void theFirstStageJarHoldsTheFirstStageOnly() throws IOException {
    Compiled.into(
        classes, FIRST_STAGE, "package org.mitogen4j.internal.boot; class Launcher { Object x; }");
    pack();

    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.stream().map(ZipEntry::getName))
          .containsExactly("Mitogen4j.class", "Mitogen4j$1Greeting.class");
    }
  }

  @Test
  void aFirstStageThatRefersToTheKernelIsRefused() throws IOException {
    Compiled.into(
        classes,
        SHAPE,
        "package org.mitogen4j.internal.boot; class FirstStage { org.mitogen4j.internal.kernel.Shape x; }");

    assertThatThrownBy(() -> pack())
        .hasMessageContaining(
            "org.mitogen4j.internal.boot.FirstStage refers to org.mitogen4j.internal.kernel.Shape");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFirstStageRunsFromADescriptor() throws Exception {
    Compiled.into(classes, FIRST_STAGE);
    pack();

    File java = new File(System.getProperty("java.home"), "bin/java");
    Process process =
        new ProcessBuilder(
                "sh", "-c", "exec \"$0\" -cp /dev/fd/3 Mitogen4j 3<\"$1\"", "" + java, "" + jar)
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("hello\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void whatIsNewerThanItsSourcesIsLeftAlone() throws IOException {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE, FIRST_STAGE);
    List<String> log = new ArrayList<>();
    Packer.run(log::add, classes);
    assertThat(log).hasSize(2);
    FileTime later = FileTime.fromMillis(System.currentTimeMillis() + 1000);
    Files.setLastModifiedTime(image, later);
    Files.setLastModifiedTime(jar, later);
    Packer.run(log::add, classes);
    assertThat(log).hasSize(2);

    Path changed = classes.resolve("org/mitogen4j/internal/kernel/ACircle.class");
    Files.setLastModifiedTime(changed, FileTime.fromMillis(later.toMillis() + 1000));
    Packer.run(log::add, classes);
    assertThat(log).hasSize(4);
  }

  private List<String> pack() throws IOException {
    List<String> log = new ArrayList<>();
    new Packer(classes, log::add).pack();
    return log;
  }

  /** As FirstStage does it. */
  private static Map<String, byte[]> unpack(Path image) throws IOException {
    byte[] bytes;
    try (InputStream in =
        new InflaterInputStream(Files.newInputStream(image), new Inflater(true))) {
      bytes = in.readAllBytes();
    }
    ByteBuffer from = ByteBuffer.wrap(bytes);
    ByteBuffer code = from.duplicate().position(from.getShort()).slice();
    ByteBuffer maps = from.duplicate().position(from.getShort()).slice();
    ByteBuffer to = ByteBuffer.allocate(1 << 16);
    to.putLong(from.getLong()).putShort(from.getShort());
    for (int width; (width = from.get()) > 0; ) {
      int rows = from.getShort();
      for (int column = 0; column < width; column++) {
        byte b = 0;
        for (int row = 0; row < rows; row++) {
          b += from.get();
          to.put(to.position() + row * width + column, b);
        }
      }
      to.position(to.position() + rows * width);
    }
    for (int texts = from.getShort(); texts > 0; texts--) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (byte b; (b = from.get()) != 0; ) {
        text.write(b);
      }
      to.put((byte) 1).putShort((short) text.size()).put(text.toByteArray());
    }
    Map<String, byte[]> classes = new LinkedHashMap<>();
    int pool = to.position();
    for (int left = from.getShort(); left > 0; left--) {
      to.position(pool);
      copy(from, to, 6);
      copy(from, to, 2 * copy(from, to, 2)); // interfaces
      for (int fields = copy(from, to, 2); fields > 0; fields--) {
        copy(from, to, 8 * copy(from, to, 8));
      }
      for (int methods = copy(from, to, 2); methods > 0; methods--) {
        if (copy(from, to, 8) > 0) {
          copy(code, to, copy(from, to, 14));
          copy(from, to, 8 * copy(from, to, 2)); // what is caught
          copy(maps, to, copy(from, to, 2) == 0 ? 0 : copy(from, to, 6));
        }
      }
      copy(from, to, 2);
      byte[] file = Arrays.copyOf(to.array(), to.position());
      classes.put(new ClassReader(file).getClassName().replace('/', '.'), file);
    }
    assertThat(from.position()).isEqualTo(bytes.length - code.capacity());
    assertThat(code.position()).isEqualTo(code.capacity() - maps.capacity());
    assertThat(maps.hasRemaining()).isFalse();
    return classes;
  }

  /** Copies bytes, and returns the last two of the target as a number. */
  private static int copy(ByteBuffer from, ByteBuffer to, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    to.put(bytes);
    return to.getShort(to.position() - 2);
  }
}
