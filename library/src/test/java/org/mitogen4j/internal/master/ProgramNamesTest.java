package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.internal.context.resources.NameFilter;

/** What children are told of the names that there are: of all, or nothing where they can't be. */
class ProgramNamesTest {
  @TempDir Path folder;

  private Path jar(String name, String manifest, String... entries) throws Exception {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      jar.write(("Manifest-Version: 1.0\n" + manifest + "\n").getBytes(StandardCharsets.UTF_8));
      for (String entry : entries) {
        jar.putNextEntry(new ZipEntry(entry));
      }
    }
    return file;
  }

  private static URLClassLoader loader(Path... places) throws Exception {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = places[i].toUri().toURL();
    }
    return new URLClassLoader(urls, null);
  }

  @Test
  void theNamesOfJarsFoldersAndVariantsAreKnown() throws Exception {
    Files.createDirectories(folder.resolve("classes/a"));
    Files.writeString(folder.resolve("classes/a/In.class"), "");
    jar("more.jar", "", "c/More.class");
    Path app = jar("app.jar", "Class-Path: more.jar\n", "META-INF/versions/9/b/Of9.class");

    try (URLClassLoader loader = loader(folder.resolve("classes"), app)) {
      NameHashes names = NameList.of(List.of(loader), new ClassPaths()).names();

      assertThat(List.of("a", "a/In.class", "b/Of9.class", "c/More.class", "c", "c/"))
          .allMatch(names::has);
      assertThat(names.has("b/More.class")).isFalse();
    }
  }

  @Test
  void aFolderIsKnownWhateverElseHasItsName() throws Exception {
    Path file = jar("file.jar", "", "x/license", "y/z/");
    Path folders = jar("folders.jar", "", "x/license/a.txt", "x/license/b.txt", "y/z/c.txt");

    try (URLClassLoader loader = loader(file, folders)) {
      NameHashes names = NameList.of(List.of(loader), new ClassPaths()).names();

      assertThat(List.of("x", "x/", "x/license", "x/license/", "x/license/b.txt"))
          .allMatch(names::has);
      assertThat(List.of("y", "y/", "y/z", "y/z/", "y/z/c.txt")).allMatch(names::has);
    }
  }

  @Test
  void thoseOfALoaderThatMayMakeClassesAreNot() throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[0], null) {}) {
      assertThat(NameList.of(List.of(loader), new ClassPaths())).isNull();
    }
  }

  @Test
  void aFilterHasAllNamesAndFewOthers() {
    List<String> names =
        java.util.stream.IntStream.range(0, 30_000).mapToObj(i -> "some/pack/Name" + i).toList();

    NameFilter filter =
        new NameFilter(NameFilter.of(names.stream().mapToLong(NameFilter::hash).toArray()));

    assertThat(names).allMatch(filter::mayHave);
    long others =
        java.util.stream.IntStream.range(0, 30_000)
            .filter(i -> filter.mayHave("some/other/Name" + i))
            .count();
    assertThat(others).isLessThan(600);
  }

  @Test
  void aListIsOutdatedOnceAFolderHasOneMoreFile() throws Exception {
    Files.createDirectories(folder.resolve("some/folder"));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      NameList list = NameList.of(List.of(loader), new ClassPaths());
      assertThat(list.isOutdated()).isFalse();

      Files.write(folder.resolve("some/folder/file.txt"), new byte[1]);

      assertThat(list.isOutdated()).isTrue();
    }
  }
}
