package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.ClassCache;

/** A child can name what it likes: it gets class files of the program, and nothing else. */
class ProgramClassesTest {
  private static final byte[] CLASS_FILE = {
    (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 52, 0, 1
  };

  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void aProgramWithSecretsBesideIt() throws Exception {
    program = folder.resolve("program");
    Files.createDirectories(program.resolve("app"));
    Files.write(program.resolve("app/Main.class"), CLASS_FILE);
    Files.writeString(program.resolve("app/Text.class"), "not a class file");
    Files.writeString(program.resolve("app/settings.properties"), "password=1");
    Files.write(program.resolve("module-info.class"), CLASS_FILE);
    Files.write(folder.resolve("Secret.class"), CLASS_FILE);
  }

  private static ProgramClasses classes(Path... places) throws Exception {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = places[i].toUri().toURL();
    }
    ClassLoader loader = new URLClassLoader(urls, ProgramClassesTest.class.getClassLoader());
    return new ProgramClasses(new ClassCache(new byte[0], new byte[100]), loader);
  }

  @Test
  void findsClassesInFolders() throws Exception {
    assertThat(classes(program).classFile("app.Main")).isEqualTo(CLASS_FILE);
    assertThat(classes(program).packed("app.Main")).isNotNull();
  }

  @Test
  void findsClassesInJars() throws Exception {
    Path jar = folder.resolve("program.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("app/InJar.class"));
      out.write(CLASS_FILE);
      out.closeEntry();
    }

    assertThat(classes(jar).classFile("app.InJar")).isEqualTo(CLASS_FILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "app.Nothing",
        "app/Main",
        "../Secret",
        "..Secret",
        "...Secret",
        "app/../../Secret",
        "app\\Main",
        ".app.Main",
        "app.Main.",
        "app..Main",
        "/etc/passwd",
        "file:/etc/passwd",
        "http://localhost/x",
        "jar:file:/x.jar!/y",
        "%2e%2e/Secret",
        "app.Main?x",
        "app.Main#x",
        "app.Main\u0000",
        "app.settings.properties",
        "app.settings",
        "app.Text",
        "module-info",
        "META-INF.MANIFEST",
        "java.lang.String",
        "java.util.Nothing",
        "java.sql.Connection",
        "sun.misc.Unsafe",
        "jdk.internal.misc.Unsafe",
        "com.sun.tools.javac.Main",
        "org.mitogen4j.bundle.",
        "org.mitogen4j.bundle.kernel",
        "org.mitogen4j.bundle.../../app",
        "[Lapp.Main;",
        "Lapp.Main;",
        ";../Secret.class",
        ";app/../../Secret.class",
        ";/etc/passwd",
        ";file:/etc/passwd",
        ";app//Main.class",
        ";./app/Main.class",
        ";app\\Main.class",
        ";java/lang/Object.class",
        ";java/util/logging/Logger.class",
        ";nothing.txt",
        "[",
        "[0",
        "[0/",
        "[0/*/",
        "[0/0/",
        "[0/0/app/Main.class",
        "[-1/0/app/Main.class",
        "[99999/",
        "app.",
        "app.Main;17",
        "app.Main;0",
        "app.Main;-1",
        "app.Main;x"
      })
  void servesNothingElse(String name) throws Exception {
    ProgramClasses classes = classes(program);

    assertThat(classes.classFile(name)).isNull();
    assertThat(classes.packed(name)).isNull();
    assertThat(classes.here(name)).isEmpty();
  }

  @Test
  void findsResourcesAndThenWhatIsInTheirPlace() throws Exception {
    ProgramClasses classes = classes(program);

    assertThat(classes.classFile(";app/settings.properties"))
        .asString(StandardCharsets.ISO_8859_1)
        .contains("password=1");
    assertThat(classes.classFile("[0/"))
        .asString(StandardCharsets.UTF_8)
        .contains("app/Main.class");
    assertThat(classes.classFile("[0/0/app/Text.class"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("not a class file");
    assertThat(classes.classFile("[0/262144/app/Text.class")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[0/0/../Secret.class",
        "[0/0//etc/passwd",
        "[0/0/app/../../Secret.class",
        "[0/0/app",
        "[0/0/nothing",
        "[0/*/../",
        "[0/x/app/Main.class",
        "[0/-1/app/Main.class",
        "[0/16/app/Text.class",
        "[1/"
      })
  void nothingOutsideOfAPlaceIsServed(String name) throws Exception {
    ProgramClasses classes = classes(program);
    assertThat(classes.classFile(";app/settings.properties")).isNotNull(); // place 0 is known now

    assertThat(classes.classFile(name)).isNull();
  }

  @Test
  void aNameOfAMillionLettersIsNoClass() throws Exception {
    assertThat(classes(program).here("a".repeat(1_000_000))).isEmpty();
  }

  @Test
  void asksTheLoaderOfAFunctionToo() throws Exception {
    ProgramClasses classes = classes();
    assertThat(classes.packed("app.Main")).isNull();

    classes.add(new URLClassLoader(new URL[] {program.toUri().toURL()}));

    assertThat(classes.classFile("app.Main")).isEqualTo(CLASS_FILE);
    assertThat(classes.packed("app.Main")).isNotNull();
  }

  @Test
  void aFolderIsServedAsAJarUpToALimit() throws Exception {
    ProgramClasses classes = classes(program);
    String key = "app/settings.properties";
    assertThat(classes.classFile(ResourceKey.find(key))).isNotNull();
    int place = 0;
    while (classes.classFile(ResourceKey.piece(place, 0, key)) == null) {
      place++;
    }
    assertThat(classes.classFile(ResourceKey.piece(place, 0, ""))).startsWith('P', 'K');

    try (RandomAccessFile large = new RandomAccessFile(program.resolve("large").toFile(), "rw")) {
      large.setLength(1L << 40); // takes no room
    }
    assertThat(classes.classFile(ResourceKey.piece(place, 0, ""))).isNull();
    assertThat(classes.classFile(ResourceKey.piece(place, 0, key))).isNotNull();
  }
}
