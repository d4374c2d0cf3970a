package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.internal.kernel.ClassCache;

/** Class files come from where the program's class loaders find them, whoever looks for them. */
class ClassPathTest {
  private static final byte[] MAGIC = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE};
  private static final ClassLoader JDK = ClassLoader.getSystemClassLoader().getParent();

  @TempDir Path folder;

  private static byte[] content(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[MAGIC.length + bytes.length];
    System.arraycopy(MAGIC, 0, all, 0, MAGIC.length);
    System.arraycopy(bytes, 0, all, MAGIC.length, bytes.length);
    return all;
  }

  /** Makes a jar of class files, each with the jar's name in it. */
  private Path jar(String name, String behind, String... classes) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (behind != null) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, behind);
    }
    Path jar = folder.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (String type : classes) {
        out.putNextEntry(new ZipEntry(type.replace('.', '/') + ".class"));
        out.write(content(name));
        out.closeEntry();
      }
    }
    return jar;
  }

  private Path folder(String name, String... classes) throws IOException {
    Path root = folder.resolve(name);
    Files.createDirectories(root);
    for (String type : classes) {
      Path file = root.resolve(type.replace('.', '/') + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, content(name));
    }
    return root;
  }

  private static URLClassLoader loader(ClassLoader parent, Path... places) throws IOException {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = places[i].toUri().toURL();
    }
    return new URLClassLoader(urls, parent);
  }

  private static ProgramClasses program(ClassLoader loader) {
    return new ProgramClasses(new ClassCache(new byte[0], new byte[100]), loader);
  }

  private static Places places(ClassLoader loader) {
    return new Places(List.of(loader), new ClassPaths(), PackageChoice.all(), null);
  }

  private static void assertCameFrom(ProgramClasses program, String type, String place) {
    assertThat(program.classFile(type)).as(type).isEqualTo(content(place));
  }

  @Test
  void oneClassInAnEarlierPlaceHidesThatInTheJarOfItsPackage() throws Exception {
    Path patch = folder("patch", "app.B");
    Path first = jar("first.jar", null, "app.C");
    Path second = jar("second.jar", null, "app.A", "app.B", "app.C", "app.D");
    ProgramClasses program = program(loader(JDK, patch, first, second));

    assertCameFrom(program, "app.A", "second.jar");
    assertCameFrom(program, "app.B", "patch");
    assertCameFrom(program, "app.C", "first.jar");
    assertCameFrom(program, "app.D", "second.jar");
    assertThat(program.classFile("app.E")).isNull();
  }

  @Test
  void theJarsOfAManifestComeBehindItsJarAndBeforeTheNext() throws Exception {
    jar("behind.jar", null, "app.A", "app.B", "app.C");
    Path first = jar("first.jar", "missing.jar behind.jar", "app.A");
    Path last = jar("last.jar", null, "app.B", "app.C", "app.D");
    ProgramClasses program = program(loader(JDK, first, last));

    assertCameFrom(program, "app.A", "first.jar");
    assertCameFrom(program, "app.D", "last.jar");
    assertCameFrom(program, "app.B", "behind.jar");
    assertCameFrom(program, "app.C", "behind.jar");
  }

  @Test
  void aParentsClassesComeBeforeThoseOfAClassLoader() throws Exception {
    URLClassLoader parent = loader(JDK, jar("parent.jar", null, "app.A", "app.B"));
    Path own = jar("own.jar", null, "app.A", "app.B", "app.C", "app.D");
    ProgramClasses program = program(loader(parent, own));

    assertCameFrom(program, "app.C", "own.jar");
    assertCameFrom(program, "app.D", "own.jar");
    assertCameFrom(program, "app.A", "parent.jar");
    assertCameFrom(program, "app.B", "parent.jar");
  }

  @Test
  void aClassLoaderIsAskedForTheFirstClassOfEachPackageOnly() throws Exception {
    URLClassLoader loader = loader(JDK, jar("program.jar", null, "app.A", "app.B", "other.C"));
    ClassPath path = new ClassPath(loader, new ClassPaths());
    Places places = places(loader);

    ClassPath.Entry entry = path.find("app/A.class");
    assertThat(entry.place("app/A.class")).isNull();
    places.found(loader.getResource("app/A.class"), "app/A.class", entry);

    assertThat(path.find("app/B.class").place("app/B.class")).isNotNull();
    assertThat(path.find("other/C.class").place("other/C.class")).isNull();
    assertThat(path.find("app/Missing.class")).isNull();
  }

  @Test
  void aPlaceInWhichTheClassLoaderDoesNotFindAClassIsNotReliedOn() throws Exception {
    Path listed = jar("listed.jar", null, "app.A", "app.B");
    URLClassLoader other = loader(JDK, jar("used.jar", null, "app.A", "app.B"));
    ClassPath path = new ClassPath(loader(JDK, listed), new ClassPaths());
    Places places = places(other);

    ClassPath.Entry entry = path.find("app/A.class");
    places.found(other.getResource("app/A.class"), "app/A.class", entry);

    assertThat(entry.place("app/B.class")).isNull();
  }

  @Test
  void classesOfAClassLoaderThatMakesThemAreFound() throws Exception {
    ClassLoader makes =
        new ClassLoader(loader(JDK, jar("program.jar", null, "app.A"))) {
          @Override
          protected URL findResource(String name) {
            try {
              return name.equals("app/B.class")
                  ? folder("made", "app.B").resolve(name).toUri().toURL()
                  : null;
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    ProgramClasses program = program(makes);

    assertCameFrom(program, "app.A", "program.jar");
    assertCameFrom(program, "app.B", "made");
  }

  @Test
  void aClassOfTheFirstClassLoaderHidesThatOfTheNext() throws Exception {
    Path second = jar("second.jar", null, "app.A", "app.B", "other.C");
    ClassLoader one = loader(JDK, jar("first.jar", null, "app.B", "another.D"));
    ProgramClasses program = program(one);
    program.add(loader(JDK, second));

    assertCameFrom(program, "app.A", "second.jar");
    assertCameFrom(program, "other.C", "second.jar");
    assertCameFrom(program, "app.B", "first.jar");
    assertCameFrom(program, "another.D", "first.jar");
  }

  @Test
  void aClassThatIsAddedInANewFolderIsFoundThoughItWasMissingBefore() throws Exception {
    Path root = folder("classes", "app.A");
    ProgramClasses program = program(loader(JDK, root, jar("other.jar", null, "other.B")));
    assertCameFrom(program, "app.A", "classes");
    assertThat(program.classFile("later.C")).isNull();
    assertThat(program.classFile("later.C")).isNull();

    folder("classes", "later.C");

    assertCameFrom(program, "later.C", "classes");
  }

  @Test
  void aFolderThatIsMissingAtFirstIsLeftToTheClassLoader() throws Exception {
    URL first = jar("first.jar", null, "app.A").toUri().toURL();
    URL late = new URL(folder.toUri() + "late/");
    ProgramClasses program = program(new URLClassLoader(new URL[] {first, late}, JDK));
    assertCameFrom(program, "app.A", "first.jar");

    folder("late", "later.C");

    assertCameFrom(program, "later.C", "late");
  }

  private static boolean isOpen(Path jar) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : (Iterable<Path>) all::iterator) {
        try {
          if (Files.readSymbolicLink(descriptor).equals(jar.toRealPath())) {
            return true;
          }
        } catch (NoSuchFileException e) {
          // the descriptor of the list itself
        }
      }
      return false;
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void jarsThatWereLookedIntoAreNotKeptOpen() throws IOException {
    Path jar = jar("closed.jar", null, "a.Closed");
    try (URLClassLoader loader = loader(JDK, jar)) {
      ClassPath path = new ClassPath(loader, new ClassPaths());
      assertThat(path.find("a/Closed.class")).isNotNull();
      assertThat(path.find("a/Missing.class")).isNull();

      assertThat(isOpen(jar)).isFalse();
    }
  }

  private static List<String> texts(Iterable<URL> urls) {
    List<String> texts = new ArrayList<>();
    urls.forEach(url -> texts.add(url.toString()));
    return texts;
  }

  @Test
  void aFileIsFoundAtTheUrlsAtWhichTheClassLoaderFindsIt() throws IOException {
    jar("behind.jar", null, "app.A");
    Path variants = jar("variants.jar", null, "app.C", "META-INF.versions.9.app.C");
    Path[] own = {jar("ä jar.jar", "behind.jar", "app.A"), folder("öwn", "app.A", "app.B d")};
    try (URLClassLoader parent = loader(JDK, folder("above", "app.A"), variants);
        URLClassLoader loader = loader(parent, own)) {
      Places places = places(loader);
      for (String path :
          List.of("app/A.class", "app/B d.class", "app/C.class", "app/D.class", "app", "app/")) {
        assertThat(texts(places.find(path)))
            .as(path)
            .isEqualTo(texts(Collections.list(loader.getResources(path))));
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void toFindAFileOpensNoOtherJars() throws IOException {
    Path other = jar("other.jar", null, "a.Other");
    try (URLClassLoader loader = loader(JDK, other, jar("some.jar", null, "a.Some"))) {
      assertThat(places(loader).find("a/Some.class")).hasSize(1);

      assertThat(isOpen(other)).isFalse();
    }
  }

  @Test
  void aClassOfTheJdkIsNotTakenFromAJar() throws IOException {
    Path jar = jar("program.jar", null, "javax.sql.DataSource", "javax.sql.Other");
    ProgramClasses program = program(loader(JDK, jar));

    assertThat(program.classFile("javax.sql.DataSource")).isNull();
    assertCameFrom(program, "javax.sql.Other", "program.jar");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aJarWithAClassPathThatCanNotBeUsedIsClosed() throws IOException {
    Path jar = jar("remote.jar", "http://example.com/other.jar", "a.Remote");
    try (URLClassLoader loader = loader(JDK, jar)) {
      assertThat(new ClassPath(loader, new ClassPaths()).find("a/Remote.class")).isNull();

      assertThat(isOpen(jar)).isFalse();
    }
  }

  @Test
  void resourcesOfAJarThatOnlyTheJdkCanReadAreFound() throws Exception {
    Path jar = jar("appended.jar", null, "some.Type");
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, Arrays.copyOf(bytes, bytes.length + 3)); // no zip file ends so
    try (URLClassLoader loader = loader(JDK, jar)) {
      Places places = places(loader);
      List<URL> urls = List.of(loader.getResource("some/Type.class"));

      assertThat(places.find("some/Type.class")).isEqualTo(urls);
      assertThat(places.find("some/Type.class")).as("once more").isEqualTo(urls);
    }
  }

  @Test
  void aFileOfAJarIsFoundThoughThereIsAFolderOfItsName() throws Exception {
    Path jar = folder.resolve("both.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("license", "license/more.txt")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(content(name));
        out.closeEntry();
      }
    }
    try (URLClassLoader loader = loader(JDK, jar)) {
      Place place = places(loader).of(loader.getResource("license"), "license");

      assertThat(place.size("license")).isEqualTo(content("license").length);
      assertThat(place.has("license")).isTrue();
      assertThat(place.size("license/")).isEqualTo(-1);
    }
  }

  @Test
  void aFolderWhoseUrlHasNoSlashAtItsEndIsNoPlaceOfClasses() throws Exception {
    Path root = folder("root", "some.Type");
    URL url = new URL("file:" + root);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {url}, JDK)) {
      assertThat(loader.getResource("some/Type.class")).isNull();
      assertThat(places(loader).find("some/Type.class")).isEmpty();
    }
  }

  @Test
  void aFolderThatAManifestNamesWithoutASlashIsNoPlaceOfFiles() throws Exception {
    folder("conf", "app.B");
    folder("", "app.B");
    try (URLClassLoader loader = loader(JDK, jar("x.jar", "conf", "app.A"))) {
      assertThat(places(loader).find("app/B.class")).isEmpty();
      assertThat(Collections.list(loader.getResources("app/B.class"))).isEmpty();
    }
  }

  @Test
  void aFileIsNotFoundByItsNameWithASlashAsInAJar() throws Exception {
    Path root = folder("root", "some.Type");
    try (URLClassLoader loader = loader(JDK, root)) {
      assertThat(loader.getResource("some/Type.class/")).as("the JVM, in folders").isNotNull();
      assertThat(places(loader).find("some/Type.class/")).isEmpty();
      assertThat(places(loader).find("some/")).hasSize(1);
      assertThat(places(loader).find("some/Type.class")).hasSize(1);
    }
  }
}
