package org.mitogen4j.packer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackerTest {
  private static final String SHAPE =
      "package org.mitogen4j.kernel; public interface Shape { double area(); }";
  private static final String ABSTRACT_SHAPE =
      """
      package org.mitogen4j.kernel;
      abstract class AbstractShape implements Shape {
        private static final String SUFFIX = " square metres";
        @Override public String toString() { return area() + SUFFIX; }
      }
      """;
  private static final String A_CIRCLE =
      """
      package org.mitogen4j.kernel;
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
      package org.mitogen4j.boot;
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theClassesOfAnImageRunInALoaderThatSeesNothingElse(boolean frames) throws Exception {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE);
    pack(frames);

    Path unpacked = temporary.resolve("unpacked");
    for (Map.Entry<String, byte[]> entry : unpack(image).entrySet()) {
      Path file = unpacked.resolve(entry.getKey().replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, entry.getValue());
    }
    URL[] urls = {unpacked.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass("org.mitogen4j.kernel.ACircle");
      Callable<?> circle = (Callable<?>) type.getConstructor().newInstance();
      assertThat(circle.call()).isEqualTo("red GREEN: 2.0 square metres");
    }
  }

  @Test
  void supertypesComeBeforeTheClassesThatNeedThem() throws IOException {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE);
    pack(true);

    List<String> names = List.copyOf(unpack(image).keySet());
    assertThat(names)
        .containsSubsequence(
            "org.mitogen4j.kernel.Shape",
            "org.mitogen4j.kernel.AbstractShape",
            "org.mitogen4j.kernel.ACircle")
        .contains("org.mitogen4j.kernel.ACircle$Colour", "org.mitogen4j.kernel.ACircle$1");
  }

  @Test
  void theSameClassesGiveTheSameBytes() throws IOException {
    Compiled.into(classes, SHAPE, ABSTRACT_SHAPE, A_CIRCLE, FIRST_STAGE);
    pack(true);
    byte[] firstImage = Files.readAllBytes(image);
    byte[] firstJar = Files.readAllBytes(jar);
    pack(true);

    assertThat(image).hasBinaryContent(firstImage);
    assertThat(jar).hasBinaryContent(firstJar);
  }

  @Test
  void aKernelThatRefersToOtherPackagesIsRefusedByName() throws IOException {
    Compiled.into(
        classes,
        "package org.mitogen4j.master; public class Far { public static int x() { return 1; } }",
        "package org.mitogen4j.kernel; class Near { int x() { return org.mitogen4j.master.Far.x(); } }",
        "package org.mitogen4j.kernel; class Fine { Object x = new java.util.ArrayList<String>(); }");

    assertThatThrownBy(() -> pack(true))
        .hasMessageContaining("org.mitogen4j.kernel.Near refers to org.mitogen4j.master.Far")
        .hasMessageNotContaining("Fine");
    assertThat(image).doesNotExist();
  }

  @Test
  void theJdkBeyondJavaIsNoPartOfWhatAKernelMayUse() throws IOException {
    Compiled.into(
        classes, "package org.mitogen4j.kernel; class Near { javax.security.auth.Subject x; }");

    assertThatThrownBy(() -> pack(true)).hasMessageContaining("javax.security.auth.Subject");
  }

  @Test
  void aKernelWithALambdaIsRefused() throws IOException {
    Compiled.into(classes, "package org.mitogen4j.kernel; class Lazy { Runnable x = () -> {}; }");

    assertThatThrownBy(() -> pack(true))
        .hasMessageContaining("org.mitogen4j.kernel.Lazy uses a lambda");
  }

  @Test
  void withoutClassesNothingIsWritten() throws IOException {
    assertThat(pack(true))
        .containsExactly(
            "no classes in org.mitogen4j.kernel yet: no kernel image",
            "no org.mitogen4j.boot.FirstStage yet: no first-stage jar");

    assertThat(image).doesNotExist();
    assertThat(jar).doesNotExist();
  }

  @Test
  void theFirstStageJarHoldsAManifestAndTheFirstStageOnly() throws IOException {
    Compiled.into(classes, FIRST_STAGE, "package org.mitogen4j.boot; class Launcher { Object x; }");
    pack(true);

    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.stream().map(ZipEntry::getName))
          .containsExactly(
              "META-INF/MANIFEST.MF",
              "org/mitogen4j/boot/FirstStage.class",
              "org/mitogen4j/boot/FirstStage$1Greeting.class");
      assertThat(file.getManifest().getMainAttributes().getValue("Add-Opens"))
          .isEqualTo("java.base/java.io");
    }
  }

  @Test
  void aFirstStageThatRefersToTheKernelIsRefused() throws IOException {
    Compiled.into(
        classes,
        SHAPE,
        "package org.mitogen4j.boot; class FirstStage { org.mitogen4j.kernel.Shape x; }");

    assertThatThrownBy(() -> pack(true))
        .hasMessageContaining("org.mitogen4j.boot.FirstStage refers to org.mitogen4j.kernel.Shape");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFirstStageRunsFromADescriptor() throws Exception {
    Compiled.into(classes, FIRST_STAGE);
    pack(true);

    File java = new File(System.getProperty("java.home"), "bin/java");
    Process process =
        new ProcessBuilder("sh", "-c", "exec \"$0\" -jar /dev/fd/3 3<\"$1\"", "" + java, "" + jar)
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
    Packer.run(log::add, classes.toString());
    assertThat(log).hasSize(2);
    FileTime later = FileTime.fromMillis(System.currentTimeMillis() + 1000);
    Files.setLastModifiedTime(image, later);
    Files.setLastModifiedTime(jar, later);
    Packer.run(log::add, classes.toString());
    assertThat(log).hasSize(2);

    Path changed = classes.resolve("org/mitogen4j/kernel/ACircle.class");
    Files.setLastModifiedTime(changed, FileTime.fromMillis(later.toMillis() + 1000));
    Packer.run(log::add, classes.toString());
    assertThat(log).hasSize(4);
  }

  private List<String> pack(boolean frames) throws IOException {
    List<String> log = new ArrayList<>();
    new Packer(classes, frames, log::add).pack();
    return log;
  }

  private static Map<String, byte[]> unpack(Path image) throws IOException {
    byte[] deflated = Files.readAllBytes(image);
    Map<String, byte[]> classes = new LinkedHashMap<>();
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(new ByteArrayInputStream(deflated), new Inflater(true)))) {
      for (String name = in.readUTF(); !name.isEmpty(); name = in.readUTF()) {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        classes.put(name, bytes);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    return classes;
  }
}
