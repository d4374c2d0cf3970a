package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of contents of a jar is read as the JDK reads it. */
class JarNamesTest {
  private static final String MANIFEST =
      "Manifest-Version: 1.0\r\nClass-Path: a.jar\r\n  b.jar\r\n";

  @TempDir Path folder;

  private static byte[] jar(String comment, String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.setComment(comment);
      for (String name : names) {
        out.putNextEntry(new ZipEntry(name));
        if (name.equals(JarFile.MANIFEST_NAME)) {
          out.write(MANIFEST.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    return bytes.toByteArray();
  }

  private JarNames read(byte[] bytes) throws IOException {
    return new JarNames(Files.write(folder.resolve("some.jar"), bytes).toFile());
  }

  @Test
  void allNamesOfRealJarsAreRead() throws IOException {
    int jars = 0;
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (place.endsWith(".jar") && new File(place).isFile()) {
        Set<String> names = new HashSet<>();
        String classPath;
        try (JarFile jar = new JarFile(place, false)) {
          for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            addWithFolders(entry.getName(), names);
          }
          classPath =
              jar.getManifest() == null
                  ? null
                  : jar.getManifest().getMainAttributes().getValue("Class-Path");
        }

        JarNames read = new JarNames(new File(place));

        assertThat(names).as(place).allMatch(read.names::has);
        assertThat(read.names.size()).as(place).isEqualTo(names.size());
        assertThat(read.classPath).as(place).isEqualTo(classPath);
        jars++;
      }
    }
    assertThat(jars).isPositive();
  }

  private static void addWithFolders(String name, Set<String> names) {
    for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
      names.add(name.substring(0, slash));
      names.add(name.substring(0, slash + 1));
    }
    if (!name.endsWith("/")) {
      names.add(name);
    }
  }

  @Test
  void aCommentAndAProgramInFrontOfAJarDoNotMatter() throws IOException {
    byte[] jar = jar("a comment with PK\5\6", JarFile.MANIFEST_NAME, "a/B.class");
    byte[] all = new byte[jar.length + 1000];
    System.arraycopy(jar, 0, all, 1000, jar.length);

    JarNames names = read(all);

    assertThat(List.of("a", "a/", "a/B.class")).allMatch(names.names::has);
    assertThat(names.classPath).isEqualTo("a.jar b.jar");
  }

  @Test
  void namesMayHaveAnyCharacters() throws IOException {
    JarNames names = read(jar("", "größe/\u4e2d\u6587\ud83d\ude00.class"));

    assertThat(List.of("größe", "größe/", "größe/\u4e2d\u6587\ud83d\ude00.class"))
        .allMatch(names.names::has);
  }

  @Test
  void aJarWithMoreEntriesThanAShortCanCountIsRead() throws IOException {
    String[] many = new String[70_000];
    Arrays.setAll(many, i -> "many/C" + i + ".class");

    JarNames names = read(jar("", many));

    assertThat(many).allMatch(names.names::has);
    assertThat(names.names.size()).isEqualTo(many.length + 2);
  }

  @Test
  void variantsAreKnownByTheNamesThatProgramsUse() throws IOException {
    JarNames names = read(jar("", "META-INF/versions/11/a/B.class"));

    assertThat(names.variants.has("a/B.class")).isTrue();
    assertThat(names.versions).containsExactly("11");
    assertThat(names.names.has("a/B.class")).isFalse();
    assertThat(names.names.has("META-INF/versions/11/a/B.class")).isTrue();
  }

  @Test
  void whatIsNoJarIsRefused() throws IOException {
    assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(new byte[100_000])).isInstanceOf(IOException.class);
  }

  @Test
  void aDamagedJarIsRefusedOrReadWithoutHarm() throws IOException {
    int refusals = 0;
    byte[] good = jar("", JarFile.MANIFEST_NAME, "a/B.class", "a/C.class");
    for (int at = 0; at < good.length; at++) {
      for (int value : new int[] {0, 0x7F, 0xFF}) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        try {
          assertThat(read(bad).names.size()).isLessThan(1000);
        } catch (IOException refused) {
          refusals++;
        }
      }
    }
    assertThat(refusals).isPositive();
  }

  @Test
  void aDirectoryThatClaimsToBeHugeIsRefused() throws IOException {
    byte[] jar = jar("", "a/B.class");
    ByteBuffer.wrap(jar).order(ByteOrder.LITTLE_ENDIAN).putInt(jar.length - 10, 0x7FFFFFFF);

    assertThatThrownBy(() -> read(jar)).isInstanceOf(IOException.class);
  }
}
