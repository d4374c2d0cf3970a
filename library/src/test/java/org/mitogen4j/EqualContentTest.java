package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Large files of equal content in several places: their bytes cross each link once. */
@Timeout(60)
class EqualContentTest {
  private static final String NAME = "models/large.bin";
  private static final int PIECE = 1 << 18;

  /** Random bytes in several pieces, the last of which is not whole. */
  private static final int SIZE = 8 * PIECE + 1000;

  /** What questions, answers without bytes and classes of the library may take. */
  private static final int REST = PIECE / 2;

  @TempDir Path folder;

  private final ClassLoader own = Thread.currentThread().getContextClassLoader();
  private final byte[] content = new byte[SIZE];
  private URLClassLoader program;

  @BeforeEach
  void makeContent() {
    new Random(1).nextBytes(content);
  }

  @AfterEach
  void closeProgram() throws IOException {
    Thread.currentThread().setContextClassLoader(own);
    if (program != null) {
      program.close();
    }
  }

  private Path inFolder(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name).resolve(NAME);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return folder.resolve(name);
  }

  private Path inJar(String name, byte[] bytes) throws IOException {
    return CompiledProgram.jar(folder.resolve(name + ".jar"), inFolder("of-" + name, bytes));
  }

  /** A tree of a program with these jars and folders. */
  private Router router(RouterOptions options, Path... places) throws IOException {
    program = CompiledProgram.loader(places);
    Thread.currentThread().setContextClassLoader(program);
    return Router.create(options);
  }

  private Router router(Path... places) throws IOException {
    return router(RouterOptions.defaults(), places);
  }

  private static String sum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, bytes.length);
    return bytes.length + " " + sum.getValue();
  }

  private static String sum(URL url) throws IOException {
    CRC32 sum = new CRC32();
    long bytes = 0;
    byte[] buf = new byte[10_000];
    try (InputStream in = url.openStream()) {
      for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
        sum.update(buf, 0, n);
        bytes += n;
      }
    }
    return bytes + " " + sum.getValue();
  }

  private static List<URL> all() throws IOException {
    return Collections.list(Thread.currentThread().getContextClassLoader().getResources(NAME));
  }

  /** Size and checksum of the file in each place that has it, in their order. */
  private static List<String> sums() throws IOException {
    List<String> sums = new ArrayList<>();
    for (URL url : all()) {
      sums.add(sum(url));
    }
    return sums;
  }

  private static String sumOf(int place) throws IOException {
    return sum(all().get(place));
  }

  private static int nothing() {
    return 0;
  }

  /** Reads all files by several threads each, at the same time. */
  private static List<String> sumsByThreads(int threads) throws Exception {
    ConcurrentLinkedQueue<String> sums = new ConcurrentLinkedQueue<>();
    List<Thread> running = new ArrayList<>();
    for (URL url : all()) {
      for (int i = 0; i < threads; i++) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    sums.add(sum(url));
                  } catch (IOException e) {
                    sums.add(e.toString());
                  }
                });
        running.add(thread);
        thread.start();
      }
    }
    for (Thread thread : running) {
      thread.join();
    }
    return new ArrayList<>(sums);
  }

  private static long resourceBytes(Context child) {
    return child.classTraffic().resourceBytes();
  }

  /** The bytes that were sent by the link that ends at a context. */
  private static long linkBytes(Context context) {
    LinkTraffic traffic = context.info().traffic();
    assertThat(traffic).isNotNull();
    return traffic.bytesSent();
  }

  @Test
  void twoCopiesOfAJarCrossALinkOnce() throws Exception {
    try (Router router = router(inJar("one", content), inJar("two", content))) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));
      assertThat(resourceBytes(child)).isBetween((long) SIZE, (long) SIZE + REST);
      assertThat(linkBytes(child)).isGreaterThan(SIZE);
    }
  }

  @Test
  void aJarAndAFolderWithItsFilesCrossALinkOnce() throws Exception {
    try (Router router = router(inJar("one", content), folder.resolve("of-one"))) {
      Context child = router.connect(Local.create());

      assertThat(child.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));
      assertThat(resourceBytes(child)).isLessThan(SIZE + REST);
    }
  }

  @Test
  void copiesInTheJarsOfTwoClassLoadersCrossALinkOnce() throws Exception {
    Path second = folder.resolve("of-second");
    CompiledProgram.compilePair(second, "alike");
    try (Router router = router(inJar("one", content));
        URLClassLoader other = CompiledProgram.loader(inJar("second", content))) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(other.loadClass("alike.Main"), "run")).isEqualTo("runs");

      assertThat(child.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));
      assertThat(resourceBytes(child)).isBetween((long) SIZE, (long) SIZE + REST);
    }
  }

  @Test
  void copiesCrossEachLinkToAGrandchildOnce() throws Exception {
    try (Router router = router(inJar("one", content), inJar("two", content))) {
      Context middle = router.connect(InProcess.create());
      Context below = middle.connect(InProcess.create());
      assertThat(middle.call(EqualContentTest::nothing)).isZero();
      assertThat(below.call(EqualContentTest::nothing)).isZero();
      Await.until( // what makes them full contexts has come, too
          () -> middle.classTraffic().isComplete() && below.classTraffic().isComplete());
      long toMiddle = linkBytes(middle);
      long toBelow = linkBytes(below);

      assertThat(below.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));
      assertThat(linkBytes(middle) - toMiddle).isBetween((long) SIZE, (long) SIZE + REST);
      assertThat(linkBytes(below) - toBelow).isBetween((long) SIZE, (long) SIZE + REST);

      toMiddle = linkBytes(middle);
      assertThat(middle.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));
      assertThat(linkBytes(middle) - toMiddle).isLessThan(REST);
    }
  }

  @Test
  void copiesThatThreadsAndContextsReadAtTheSameTimeCrossALinkOnce() throws Exception {
    try (Router router = router(inJar("one", content), inJar("two", content))) {
      Context middle = router.connect(InProcess.create());
      List<Context> readers = new ArrayList<>();
      readers.add(middle);
      for (int i = 0; i < 3; i++) {
        readers.add(middle.connect(InProcess.create()));
      }
      for (Context reader : readers) {
        assertThat(reader.call(EqualContentTest::nothing)).isZero();
      }
      long before = linkBytes(middle);
      List<Call<List<String>>> calls = new ArrayList<>();
      for (Context reader : readers) {
        calls.add(reader.callAsync(EqualContentTest::sumsByThreads, 3));
      }
      for (Call<List<String>> call : calls) {
        assertThat(call.get()).hasSize(6).containsOnly(sum(content));
      }

      assertThat(linkBytes(middle) - before).isBetween((long) SIZE, (long) SIZE + 4 * REST);
    }
  }

  @Test
  void firstPiecesThatGoAlongWithACallCrossALinkOnce() throws Exception {
    byte[] small = Arrays.copyOf(content, PIECE - 1);
    try (Router router = router(inJar("one", small), inJar("two", small))) {
      Context first = router.connect(InProcess.create());
      assertThat(first.call(EqualContentTest::sums)).containsExactly(sum(small), sum(small));
      Context second = router.connect(InProcess.create());

      assertThat(second.call(EqualContentTest::sums)).containsExactly(sum(small), sum(small));
      assertThat(resourceBytes(second)).isBetween((long) PIECE, (long) PIECE + REST);
    }
  }

  @Test
  void ofFilesThatDifferInAByteOnlyThePieceThatDiffersCrossesAgain() throws Exception {
    byte[] other = content.clone();
    other[5 * PIECE + 17]++;
    try (Router router = router(inJar("one", content), inJar("two", other))) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(EqualContentTest::sums)).containsExactly(sum(content), sum(other));
      assertThat(resourceBytes(child)).isBetween((long) SIZE + PIECE, (long) SIZE + PIECE + REST);
    }
  }

  @Test
  void aFileThatChangesIsReadAsItIs() throws Exception {
    Path one = inFolder("one", content);
    Path two = inFolder("two", content);
    FileTime time = Files.getLastModifiedTime(two.resolve(NAME));
    byte[] other = content.clone();
    other[SIZE - 1]++;
    try (Router router = router(one, two)) {
      Context middle = router.connect(InProcess.create());
      Context first = middle.connect(InProcess.create());
      assertThat(first.call(EqualContentTest::sumOf, 0)).isEqualTo(sum(content));

      inFolder("two", other); // of the same size and time as before
      Files.setLastModifiedTime(two.resolve(NAME), time);

      assertThat(first.call(EqualContentTest::sumOf, 1)).isEqualTo(sum(other));
    }
  }

  @Test
  void aFileKeepsItsContentWhenTheOneThatItWasEqualToChanges() throws Exception {
    Path one = inFolder("one", content);
    Path two = inFolder("two", content);
    try (Router router = router(one, two)) {
      Context first = router.connect(InProcess.create());
      assertThat(first.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));

      inFolder("one", new byte[SIZE]);

      Context second = router.connect(InProcess.create());
      assertThat(second.call(EqualContentTest::sumOf, 1)).isEqualTo(sum(content));
      assertThat(first.call(EqualContentTest::sumOf, 1)).isEqualTo(sum(content));
    }
  }

  @Test
  void whatAContextHasDroppedComesAgain() throws Exception {
    try (Router router = router(inJar("one", content), inJar("two", content))) {
      Context small = router.connect(Local.create().jvmArguments("-Xmx24m")); // keeps two pieces
      Context below = small.connect(Local.create().jvmArguments("-Xmx24m"));

      for (Context reader : List.of(small, below, small)) {
        assertThat(reader.call(EqualContentTest::sums)).containsExactly(sum(content), sum(content));
      }
      assertThat(linkBytes(small)).isGreaterThan(4L * SIZE);
    }
  }
}
