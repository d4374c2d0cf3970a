package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.Local;

/** What looks through the program by {@code java.nio.file} finds in a child what it finds here. */
@Timeout(60)
class ResourceFileSystemTest {
  @TempDir Path folder;

  private Router router;
  private Context child;
  private java.net.URLClassLoader loader;

  @BeforeEach
  void connect() throws Exception {
    Path jarred = folder.resolve("jarred");
    CompiledProgram.write(jarred.resolve("data/a.txt"), "first");
    CompiledProgram.write(jarred.resolve("data/below/ü.txt"), "second");
    CompiledProgram.write(jarred.resolve("data/empty.txt"), "");
    CompiledProgram.write(jarred.resolve("data/large.txt"), "0123456789".repeat(100_000));
    Path plain = folder.resolve("plain");
    CompiledProgram.write(plain.resolve("plain/b.txt"), "in a folder");
    Path other = folder.resolve("other");
    CompiledProgram.write(other.resolve("other/c.txt"), "third");
    loader =
        CompiledProgram.loader(
            CompiledProgram.jar(folder.resolve("d.jar"), jarred),
            plain,
            CompiledProgram.jar(folder.resolve("ü 100% +[1].jar"), other));
    router = Router.create(RouterOptions.defaults().classLoader(loader));
    child = router.connect(Local.create());
  }

  @AfterEach
  void close() throws Exception {
    router.close();
    loader.close();
  }

  private static long questions(Router router) throws Exception {
    Context child = router.connect(Local.create());
    List<String> files = child.call(ResourceFileSystemTest::walk, "data/");
    assertThat(files).isNotEmpty();
    Await.until(() -> child.classTraffic().isComplete());
    return child.classTraffic().requests();
  }

  @Test
  void theSecondChildThatOpensAFileSystemAsksForNothing() throws Exception {
    assertThat(questions(router)).isPositive();
    assertThat(questions(router)).isZero();
  }

  private static URI uri(String resource) throws Exception {
    ClassLoader own = ResourceFileSystemTest.class.getClassLoader();
    URL url = own.getResource(resource);
    return url.toURI();
  }

  /** The files below a folder of the program, each with its size and its last character. */
  private static List<String> walk(String resource) throws Exception {
    URI uri = uri(resource);
    try (FileSystem files = FileSystems.newFileSystem(uri, Collections.emptyMap());
        Stream<Path> all = Files.walk(files.provider().getPath(uri))) {
      List<String> found = new ArrayList<>();
      for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile).sorted()::iterator) {
        String text = new String(Files.readAllBytes(path), UTF_8);
        found.add(
            path
                + " "
                + Files.size(path)
                + " "
                + text.substring(text.isEmpty() ? 0 : text.length() - 1));
      }
      return found;
    }
  }

  @Test
  void aFolderOfAJarIsWalkedAndItsFilesAreRead() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::walk, "data"))
        .containsExactly(
            "/data/a.txt 5 t",
            "/data/below/ü.txt 6 d",
            "/data/empty.txt 0 ",
            "/data/large.txt 1000000 9");
  }

  @Test
  void aFolderThatIsInNoJarIsWalkedAsIfItWereInOne() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::walk, "plain"))
        .containsExactly("/plain/b.txt 11 r");
  }

  /** What is read by the URLs of a file and of its jar, and how the latter looks. */
  private static List<String> readByUrls(String resource) throws Exception {
    URI uri = uri(resource);
    try (FileSystem files = FileSystems.newFileSystem(uri, Collections.emptyMap())) {
      String text = uri.toString();
      URI jar = URI.create(text.substring("jar:".length(), text.indexOf("!/")));
      URI ofFile = files.provider().getPath(uri).toUri();
      URI ofJar = Path.of(jar).toUri();
      try (InputStream file = ofFile.toURL().openStream();
          InputStream zip = ofJar.toURL().openStream()) {
        return List.of(
            new String(file.readAllBytes(), UTF_8),
            new String(zip.readNBytes(2), UTF_8),
            ofJar.toString().equals(jar.toString().replaceFirst(":/", ":///"))
                ? "as of a file"
                : ofJar + " for " + jar);
      }
    }
  }

  @Test
  void theUrisOfPathsHaveAnEmptyAuthorityAsThoseOfFilesAndCanBeOpenedAsUrls() throws Exception {
    for (String resource : List.of("data/below/ü.txt", "other/c.txt")) {
      assertThat(child.call(ResourceFileSystemTest::readByUrls, resource))
          .containsExactly(resource.startsWith("data") ? "second" : "third", "PK", "as of a file");
    }
  }

  /** The files that a stream of a place's bytes has, each with its size. */
  private static List<String> readAsAStream(String resource) throws Exception {
    String uri = uri(resource).toString();
    Path jar = Path.of(URI.create(uri.substring("jar:".length(), uri.indexOf("!/"))));
    List<String> found = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        if (!e.isDirectory() && !e.getName().startsWith("META-INF/")) {
          found.add(e.getName() + " " + in.readAllBytes().length);
        }
      }
    }
    Collections.sort(found);
    return found;
  }

  @Test
  void theStreamOfAJarHasItsFilesWithTheirChecksums() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::readAsAStream, "data/a.txt"))
        .containsExactly(
            "data/a.txt 5", "data/below/ü.txt 6", "data/empty.txt 0", "data/large.txt 1000000");
  }

  @Test
  void theStreamOfAFolderIsAJarOfItsFilesWithTheirChecksums() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::readAsAStream, "plain/b.txt"))
        .containsExactly("plain/b.txt 11");
  }

  /** Loaded by the statement that asks for its place. */
  private static final class Late {}

  private static String ownPlace() throws Exception {
    URI place = Late.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(place).getFileSystem().provider().getScheme();
  }

  @Test
  void thePlaceOfAClassThatWasJustDefinedIsAPath() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::ownPlace)).isEqualTo("mitogen");
  }

  private static List<String> walkAfterTexts(String resource, int texts) throws Exception {
    URL url = ResourceFileSystemTest.class.getClassLoader().getResource(resource);
    int length = 0;
    for (int i = 0; i < texts; i++) {
      length += url.toString().length();
    }
    assertThat(length).isPositive();
    return walk(resource);
  }

  @Test
  void aProgramThatMadeManyTextsOfUrlsBeforeItsFirstUriStillFindsTheFileSystem() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::walkAfterTexts, "plain", 1000))
        .containsExactly("/plain/b.txt 11 r");
  }

  /** How many of some threads that make a URI at once find the file system provider then. */
  private static int providersFound(String resource, int threads) throws Exception {
    URL url = ResourceFileSystemTest.class.getClassLoader().getResource(resource);
    CyclicBarrier barrier = new CyclicBarrier(threads);
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      FutureTask<Boolean> task =
          new FutureTask<>(
              () -> {
                barrier.await();
                URI uri = url.toURI();
                return FileSystemProvider.installedProviders().stream()
                    .anyMatch(p -> uri.toString().startsWith("jar:" + p.getScheme() + ":"));
              });
      tasks.add(task);
      new Thread(task).start();
    }
    int found = 0;
    for (FutureTask<Boolean> task : tasks) {
      found += task.get() ? 1 : 0;
    }
    return found;
  }

  @Test
  void threadsThatMakeTheFirstUriAtOnceAllFindTheFileSystem() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::providersFound, "data", 4)).isEqualTo(4);
  }

  private static String write(String resource) throws Exception {
    URI uri = uri(resource);
    try (FileSystem files = FileSystems.newFileSystem(uri, Collections.emptyMap())) {
      Files.write(files.provider().getPath(uri), new byte[1]);
      return "written";
    } catch (java.nio.file.ReadOnlyFileSystemException e) {
      return "read only";
    }
  }

  @Test
  void theProgramCanNotBeWrittenThere() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::write, "data/a.txt")).isEqualTo("read only");
  }

  private static String open(String text) throws Exception {
    uri("data"); // as a program does that has seen such a URI
    try (FileSystem files = FileSystems.newFileSystem(URI.create(text), Collections.emptyMap())) {
      return files.isOpen() ? "opened" : "closed";
    } catch (IOException | RuntimeException e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void aPlaceThatThereIsNotIsNotFound() throws Exception {
    assertThat(child.call(ResourceFileSystemTest::open, "jar:mitogen:/999/no.jar!/"))
        .isEqualTo("NoSuchFileException");
    assertThat(child.call(ResourceFileSystemTest::open, "jar:mitogen:/x/no.jar!/"))
        .isEqualTo("InvalidPathException");
  }

  private static String read(String url) throws Exception {
    uri("data"); // so that the URL is known
    try {
      return "" + new URL(url).openStream().read();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void toReadFromAPlaceThatThereIsNotIsAnErrorThatTheChildSurvivesAlsoFurtherDown()
      throws Exception {
    Context below = child.connect(Local.create());
    for (Context context : new Context[] {child, below}) {
      assertThat(context.call(ResourceFileSystemTest::read, "jar:mitogen:/999/no.jar!/a"))
          .startsWith("java.io."); // an IOException
      assertThat(context.call(ResourceFileSystemTest::walk, "plain")).hasSize(1);
    }
  }
}
