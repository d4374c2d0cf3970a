package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** A function finds in a child the resources that it finds in the program. */
@Timeout(60)
class ResourcesTest {
  private static final int LARGE = 20_000_000;

  /** The size of a file that travels in two whole pieces. */
  private static final int EVEN = 2 << 18;

  @TempDir static Path folder;
  private static Path asFolder;
  private static Path asJar;
  private static Path other;
  private static URLClassLoader fromFolder;
  private static URLClassLoader fromJar;

  private Router router;
  private Context context;

  /** How the program is packed, and where it runs. */
  enum Case {
    FOLDER_IN_A_PROCESS(false, true),
    FOLDER_IN_THIS_PROCESS(false, false),
    JAR_IN_A_PROCESS(true, true),
    JAR_IN_THIS_PROCESS(true, false);

    final boolean jar;
    final boolean ownProcess;

    Case(boolean jar, boolean ownProcess) {
      this.jar = jar;
      this.ownProcess = ownProcess;
    }
  }

  private Object call(Case in, String function, String argument) throws Exception {
    if (context == null) {
      context = router.connect(in.ownProcess ? Local.create() : InProcess.create());
    }
    return looks(in.jar ? fromJar : fromFolder, context, function, argument);
  }

  private static Object looks(URLClassLoader loader, Context in, String function, String argument)
      throws Exception {
    return Class.forName("looks.Looks", true, loader)
        .getMethod("call", Context.class, String.class, String.class)
        .invoke(null, in, function, argument);
  }

  @BeforeAll
  static void aProgramWithResources() throws Exception {
    asFolder = folder.resolve("classes");
    Path sources = folder.resolve("src");
    for (String name : List.of("Looks", "Variant", "Finder")) {
      try (InputStream in =
          ResourcesTest.class.getResourceAsStream("/sources/looks/" + name + ".java")) {
        CompiledProgram.write(
            sources.resolve("looks/" + name + ".java"), new String(in.readAllBytes(), UTF_8));
      }
    }
    Path[] files = {
      sources.resolve("looks/Looks.java"),
      sources.resolve("looks/Variant.java"),
      sources.resolve("looks/Finder.java")
    };
    CompiledProgram.compile(asFolder, "8", Jdks.library(), files);
    CompiledProgram.write(asFolder.resolve("looks/data.txt"), "some data");
    CompiledProgram.write(asFolder.resolve("looks/b\u00e4d name 100%#1+2.txt"), "odd");
    CompiledProgram.write(asFolder.resolve("looks/odd!/folder!/data.txt"), "marked");
    CompiledProgram.write(asFolder.resolve("looks/ends with a dot."), "dot");
    CompiledProgram.write(asFolder.resolve("looks/words.properties"), "hello=hello");
    CompiledProgram.write(asFolder.resolve("looks/words_de.properties"), "hello=hallo");
    CompiledProgram.write(asFolder.resolve("looks/variant.txt"), "for all");
    CompiledProgram.write(asFolder.resolve("at-the-top.txt"), "top");
    CompiledProgram.write(asFolder.resolve("shared.txt"), "first");
    CompiledProgram.write(
        asFolder.resolve("META-INF/services/java.util.concurrent.Callable"),
        "looks.Looks$Provider # one\n");
    byte[] large = new byte[LARGE];
    new Random(1).nextBytes(large);
    Files.write(asFolder.resolve("looks/large.bin"), large);
    byte[] even = new byte[EVEN]; // of other content, since equal pieces are sent once
    new Random(2).nextBytes(even);
    Files.write(asFolder.resolve("looks/even.bin"), even);
    Path forJar = folder.resolve("for-jar");
    copy(asFolder, forJar);
    Path variant =
        CompiledProgram.write(
            folder.resolve("src21/looks/Variant.java"),
            "package looks; class Variant { static String name() { return \"for 21\"; } }");
    Path versions = forJar.resolve("META-INF/versions/21");
    CompiledProgram.compile(versions, "17", Jdks.library(), variant);
    CompiledProgram.write(versions.resolve("looks/variant.txt"), "for 21");
    asJar =
        CompiledProgram.jar(
            folder.resolve("looks-1.2.jar"),
            forJar,
            "Multi-Release: true",
            "Implementation-Title: Looks",
            "Implementation-Version: 1.2");
    Path second = folder.resolve("second");
    CompiledProgram.write(second.resolve("shared.txt"), "second");
    CompiledProgram.write(second.resolve("looks/part.txt"), "part");
    other = CompiledProgram.jar(folder.resolve("other.jar"), second);
    fromFolder = CompiledProgram.loader(asFolder, other);
    fromJar = CompiledProgram.loader(asJar, other);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  @BeforeEach
  void open() {
    router = Router.create();
  }

  @AfterEach
  void closeRouter() {
    router.close();
  }

  @AfterAll
  static void close() throws Exception {
    fromFolder.close();
    fromJar.close();
  }

  @ParameterizedTest
  @EnumSource
  void aFileIsFoundWhateverItsName(Case in) throws Exception {
    assertThat(call(in, "text", "looks/data.txt")).isEqualTo("some data");
    assertThat(call(in, "text", "at-the-top.txt")).isEqualTo("top");
    assertThat(call(in, "text", "looks/b\u00e4d name 100%#1+2.txt")).isEqualTo("odd");
    assertThat(call(in, "text", "looks/odd!/folder!/data.txt")).isEqualTo("marked");
    assertThat(call(in, "text", "looks/ends with a dot.")).isEqualTo("dot");
    assertThat(call(in, "text", "looks/nothing.txt")).isNull();
    assertThat(call(in, "text", "../secret")).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void aNameWithDotsOrEmptyPartsLeadsToFilesOfFoldersAsInTheProgram(Case in) throws Exception {
    CompiledProgram.write(folder.resolve("secret.txt"), "beside the folder");
    for (String name :
        List.of("looks/../at-the-top.txt", "./at-the-top.txt", "looks/.././/at-the-top.txt")) {
      assertThat(call(in, "text", name)).isEqualTo(in.jar ? null : "top");
    }
    for (String name : List.of("../secret.txt", "looks/../../secret.txt", "/at-the-top.txt")) {
      assertThat(call(in, "text", name)).isNull();
    }
    assertThat((String) call(in, "url", ".")).endsWith(in.jar ? "null" : "/classes.jar!/looks/");
  }

  @ParameterizedTest
  @EnumSource
  void theTopOfAFolderIsFoundAndListed(Case in) throws Exception {
    assertThat(((List<?>) call(in, "all", "")).toString().contains("at-the-top.txt"))
        .isEqualTo(!in.jar);
    URL first = ResourcesTest.class.getClassLoader().getResource(""); // a parent's come first
    String top = "/" + new File(first.toURI()).getName() + ".jar!/";
    assertThat((String) call(in, "url", "/")).endsWith(in.jar ? ".jar!/" : top);
  }

  @ParameterizedTest
  @EnumSource
  void theContentOfAFileOfAnyTypeCanBeHad(Case in) throws Exception {
    assertThat(call(in, "content", "looks/large.bin")).isEqualTo(true);
    assertThat(call(in, "content", "looks/ends with a dot.")).isEqualTo(true);
  }

  @ParameterizedTest
  @EnumSource
  void aUrlSaysWhereItsResourceCameFrom(Case in) throws Exception {
    String url = (String) call(in, "url", "data.txt");

    String name = in.jar ? "looks-1.2.jar" : "classes.jar";
    assertThat(url).startsWith("jar:mitogen:/").endsWith("/" + name + "!/looks/data.txt");
  }

  @ParameterizedTest
  @EnumSource
  void allPlacesThatHaveAResourceAreFoundInTheirOrder(Case in) throws Exception {
    assertThat(call(in, "all", "shared.txt")).isEqualTo(List.of("first", "second"));
    assertThat(call(in, "all", "nowhere.txt")).isEqualTo(List.of());
  }

  @ParameterizedTest
  @EnumSource
  void aFolderCanBeListed(Case in) throws Exception {
    List<?> listings = (List<?>) call(in, "all", "looks/");

    assertThat(listings).hasSize(2);
    assertThat(listings.get(0).toString())
        .contains("data.txt", "Looks.class", "words_de.properties");
    assertThat(listings.get(1)).isEqualTo("part.txt");
  }

  @ParameterizedTest
  @EnumSource
  void resourceBundlesAndServicesAreFound(Case in) throws Exception {
    assertThat(call(in, "word", "de")).isEqualTo("hallo");
    assertThat(call(in, "word", "fr")).isEqualTo("hello");
    assertThat(call(in, "services", "")).isEqualTo(List.of("Provider provided"));
  }

  @ParameterizedTest
  @EnumSource
  void aPackageHasItsVersionAndItsPlace(Case in) throws Exception {
    boolean jar = in.jar;
    assertThat(call(in, "version", "")).isEqualTo(jar ? "Looks 1.2" : "null null");
    assertThat((String) call(in, "place", ""))
        .startsWith("mitogen:/")
        .endsWith(jar ? "/looks-1.2.jar PK" : "/classes.jar PK");
    assertThat((List<?>) call(in, "jar", "")).asString().contains("looks/Looks$Provider.class");
  }

  @ParameterizedTest
  @EnumSource
  void aPackageCanBeLookedThroughForClasses(Case in) throws Exception {
    assertThat(call(in, "scan", "looks/"))
        .isEqualTo(
            List.of(
                "looks/Finder$FirstPart.class ca",
                "looks/Finder$FourthPart.class ca",
                "looks/Finder$SecondPart.class ca",
                "looks/Finder$ThirdPart.class ca",
                "looks/Finder.class ca",
                "looks/Looks$Provider.class ca",
                "looks/Looks.class ca",
                "looks/Variant.class ca"));
  }

  @ParameterizedTest
  @EnumSource(names = {"FOLDER_IN_A_PROCESS", "JAR_IN_A_PROCESS"})
  void aUrlCanBeMadeOfItsText(Case in) throws Exception {
    assertThat(call(in, "again", "looks/data.txt")).isEqualTo("some data".repeat(3));
  }

  @ParameterizedTest
  @EnumSource
  void aLargeResourceComesWhole(Case in) throws Exception {
    byte[] large = Files.readAllBytes(asFolder.resolve("looks/large.bin"));
    long sum = 0;
    for (byte b : large) {
      sum = sum * 31 + b;
    }

    assertThat(call(in, "count", "looks/large.bin")).isEqualTo(LARGE + " " + sum);
    assertThat(context.classTraffic().resourceBytes()).isGreaterThan(LARGE);
    assertThat(context.classTraffic().bytes()).isLessThan(LARGE);
  }

  @ParameterizedTest
  @EnumSource
  void bytesAreAvailableUntilTheEndOfAFile(Case in) throws Exception {
    assertThat(call(in, "available", "looks/large.bin")).isEqualTo((long) LARGE);
    assertThat(call(in, "available", "looks/even.bin")).isEqualTo((long) EVEN);
    assertThat(call(in, "available", "looks/data.txt")).isEqualTo(9L);
  }

  @ParameterizedTest
  @EnumSource
  void aResourceIsAsOldAsItsFileOrJar(Case in) throws Exception {
    File file = in.jar ? asJar.toFile() : asFolder.resolve("looks/data.txt").toFile();
    long before = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(2);
    assertThat(file.setLastModified(before)).isTrue();

    assertThat(call(in, "modified", "looks/data.txt")).isEqualTo(file.lastModified());
  }

  @Test
  void eachJavaGetsItsVariantOfAJarForSeveral() throws Exception {
    for (var jdk : Jdks.all().entrySet()) {
      String java = jdk.getValue().resolve("bin/java").toString();
      Context child = router.connect(Local.create().javaPath(java));
      assertThat(looks(fromJar, child, "variant", ""))
          .isEqualTo(jdk.getKey() >= 21 ? "for 21 for 21" : "for all for all");
    }
  }

  @Test
  void aResourceCrossesALinkOnceForAllBelow() throws Exception {
    try (ClassesSent sent = new ClassesSent()) {
      Context bastion = router.connect(InProcess.create());
      Context one = bastion.connect(InProcess.create());
      Context two = bastion.connect(InProcess.create());
      looks(fromJar, one, "count", "looks/large.bin");
      // the last piece may be logged a moment after the child has it
      long asked = Await.untilSteady(100, () -> askedFor(sent, "looks/large.bin"));
      looks(fromJar, two, "count", "looks/large.bin");

      assertThat(asked).isPositive();
      assertThat(askedFor(sent, "looks/large.bin")).isEqualTo(asked);
    }
  }

  private static int askedFor(ClassesSent sent, String name) {
    return (int) sent.askedFor().stream().filter(line -> line.contains(name)).count();
  }

  @Test
  void whatOneChildLookedForGoesAlongToTheNext() throws Exception {
    try (ClassesSent sent = new ClassesSent()) {
      Context one = router.connect(InProcess.create());
      Context two = router.connect(InProcess.create());
      looks(fromJar, one, "word", "it");
      assertThat(askedFor(sent, "looks/words")).isPositive();
      sent.lines().clear();
      looks(fromJar, two, "word", "it");

      assertThat(sent.askedFor()).filteredOn(line -> line.startsWith("resource")).isEmpty();
    }
  }

  @Test
  void aFileThatIsAddedToAFolderIsFoundByContextsThatMissedIt() throws Exception {
    Context relay = router.connect(InProcess.create());
    Context below = relay.connect(InProcess.create());
    List<Context> contexts = List.of(relay, below, relay.connect(InProcess.create()));
    for (Context one : contexts) {
      assertThat(looks(fromFolder, one, "text", "looks/not-yet.txt")).isNull();
      assertThat(looks(fromFolder, one, "text", "looks/never.txt")).isNull();
    }

    CompiledProgram.write(asFolder.resolve("looks/not-yet.txt"), "here now");

    for (Context one : contexts) {
      Await.until(() -> "here now".equals(looks(fromFolder, one, "text", "looks/not-yet.txt")));
      assertThat(looks(fromFolder, one, "text", "looks/never.txt")).isNull();
    }
  }

  @Test
  void aClassFileThatWasReadAsAResourceIsNotAskedForAsAClass() throws Exception {
    try (ClassesSent sent = new ClassesSent()) {
      Object parts =
          Class.forName("looks.Finder", true, fromJar)
              .getMethod("callIn", Context.class)
              .invoke(null, router.connect(InProcess.create()));

      assertThat(parts).isEqualTo("FirstPart FourthPart SecondPart ThirdPart ");
      assertThat(sent.askedFor()).noneMatch(line -> line.startsWith("class looks.Finder$"));
    }
  }
}
