package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.programs.AssertJUser;

/**
 * However many contexts need a class, at the same time or one after another: it crosses the link to
 * their parent once.
 */
@Timeout(60)
class ClassesPassOnceTest {
  private static final int CHILDREN = 5;
  private static final Pattern SENT =
      Pattern.compile("bastion .*sent [0-9]+ messages \\(([0-9]+) bytes\\)");

  /** Needs some hundred classes of a library. */
  private static String library() {
    return net.bytebuddy.description.type.TypeDescription.ForLoadedType.of(String.class).getName()
        + new net.bytebuddy.ByteBuddy().ignore(net.bytebuddy.matcher.ElementMatchers.none());
  }

  private static int nothing() {
    return 0;
  }

  private static long sent(Router router) {
    Matcher sent = SENT.matcher(router.describe());
    assertThat(sent.find()).isTrue();
    return Long.parseLong(sent.group(1));
  }

  /** What crosses the link to the parent of some contexts while all of them run the function. */
  private static long bytes(int children) throws Exception {
    try (Router router = Router.create()) {
      Context bastion = router.connect(InProcess.create().name("bastion"));
      List<Context> contexts = new ArrayList<>();
      for (int i = 0; i < children; i++) {
        contexts.add(bastion.connect(InProcess.create()));
        assertThat(contexts.get(i).call(ClassesPassOnceTest::nothing)).isZero();
      }
      long before = sent(router);
      List<Call<String>> calls = new ArrayList<>();
      for (Context context : contexts) {
        calls.add(context.callAsync(ClassesPassOnceTest::library));
      }
      for (Call<String> call : calls) {
        assertThat(call.get()).contains("String");
      }
      return sent(router) - before;
    }
  }

  @Test
  void severalContextsCostTheirParentsLinkHardlyMoreThanOne() throws Exception {
    long one = bytes(1);
    long several = bytes(CHILDREN);

    assertThat(one).isGreaterThan(100_000);
    assertThat(several).isLessThan(one * 3 / 2);
  }

  private static String nameOfSelf() {
    return Router.current().self().name();
  }

  /** What one more child of a context costs the link to that context. */
  private static long costOfOneMore(Router router, Context bastion) throws Exception {
    Context child = bastion.connect(InProcess.create());
    long before = sent(router);
    assertThat(child.call(ClassesPassOnceTest::nameOfSelf)).isNotEmpty();
    return sent(router) - before;
  }

  @Test
  void theLibraryItselfPassesAContextOnTheWayByFewBytes() throws Exception {
    try (Router router = Router.create()) {
      Context bastion = router.connect(InProcess.create().name("bastion"));
      assertThat(costOfOneMore(router, bastion)).isGreaterThan(10_000);

      // the next ones are sent some more of it, until the first has told what it asked for
      Await.until(() -> costOfOneMore(router, bastion) < 3_000);
    }
  }

  /** A class that needs no other. */
  static final class Small {
    private Small() {}

    static String touch() {
      return "touched ";
    }
  }

  private static String libraryAndSmall() {
    return Small.touch() + library();
  }

  /** In a context that has the class from a block: what a child of it is sent for a first call. */
  private static List<String> sentForAFirstCall() throws StartException {
    Context child = Router.current().self().connect(InProcess.create());
    child.call(Small::touch);
    return child.classTraffic().sent();
  }

  @Test
  void aFirstCallTakesNoBlockAlongThatItsClassCameIn() throws Exception {
    try (Router router = Router.create()) {
      Context bastion = router.connect(InProcess.create().name("bastion"));
      assertThat(bastion.call(ClassesPassOnceTest::libraryAndSmall)).contains("touched");
      assertThat(bastion.call(ClassesPassOnceTest::sentForAFirstCall))
          .noneMatch(name -> name.startsWith("net.bytebuddy."));
    }
  }

  private static int count(ClassesSent sent, String begin) {
    return (int) sent.lines().stream().filter(line -> line.startsWith(begin)).count();
  }

  @Test
  void equalClassesOfSeveralLoadersAreSentOnce(@TempDir Path folder) throws Exception {
    Path classes = folder.resolve("classes");
    CompiledProgram.compilePair(classes, "alike");
    Path copy = folder.resolve("copy");
    CompiledProgram.compilePair(copy, "alike");
    Path jar = CompiledProgram.jar(folder.resolve("alike.jar"), copy);
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());
      for (Path place : List.of(classes, classes, jar)) {
        try (URLClassLoader loader = CompiledProgram.loader(place)) {
          assertThat(child.call(loader.loadClass("alike.Main"), "run")).isEqualTo("runs");
        }
      }

      assertThat(count(sent, "class alike.Main to ")).isEqualTo(1);
    }
  }

  /** A class with texts that hardly get smaller, so that it travels in several frames. */
  private static String largeClass(int texts) {
    Random random = new Random(1);
    StringBuilder source = new StringBuilder("package large; public class Main {\n");
    source.append("public static int run() { return 0");
    for (int i = 0; i < texts; i++) {
      source.append(" + \"");
      for (int n = 0; n < 50_000; n++) {
        char letter = (char) ('0' + random.nextInt('~' - '0'));
        source.append(letter == '\\' ? '/' : letter);
      }
      source.append("\".hashCode() % ").append(i + 2);
    }
    return source.append("; } }\n").toString();
  }

  @Test
  void aClassThatFitsNoFrameReachesContextsBelowOthers(@TempDir Path folder) throws Exception {
    Path source = CompiledProgram.write(folder.resolve("src/large/Main.java"), largeClass(5));
    Path classes = folder.resolve("classes");
    CompiledProgram.compile(classes, "8", "", source);
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(classes)) {
      Class<?> main = loader.loadClass("large.Main");
      Object expected = main.getMethod("run").invoke(null);
      Context between = router.connect(InProcess.create());

      for (int i = 0; i < 2; i++) {
        Context below = between.connect(InProcess.create());
        assertThat(below.call(main, "run")).isEqualTo(expected);
      }
      assertThat(between.call(main, "run")).isEqualTo(expected);
      assertThat(between.connect(InProcess.create()).call(main, "run")).isEqualTo(expected);
    }
  }

  /** The most bytes of a call if its classes are there: names, package descriptions, the call. */
  private static final long FEW = 12_000;

  private static long bytesOf(Context next, Context called) throws Exception {
    long before = next.info().traffic().bytesSent();
    assertThat(called.call(AssertJUser::run)).isEqualTo(2);
    Await.until(() -> called.classTraffic().isComplete());
    return next.info().traffic().bytesSent() - before;
  }

  @Test
  void whatAGrandchildLoadedIsNotSentAgainForTheChildBetween() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      Context grandchild = child.connect(Local.create());

      assertThat(bytesOf(child, grandchild)).isGreaterThan(100_000);
      assertThat(bytesOf(child, child)).isLessThan(FEW);
      assertThat(child.classTraffic().loaded()).contains("org.assertj.core.api.ListAssert");
    }
  }

  @Test
  void whatAChildWasSentIsNotSentAgainForTheContextsBelow() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      Context grandchild = child.connect(InProcess.create());
      Context below = grandchild.connect(Local.create());

      assertThat(bytesOf(child, child)).isGreaterThan(100_000);
      assertThat(bytesOf(child, below)).isLessThan(FEW);
      assertThat(bytesOf(child, grandchild)).isLessThan(FEW);
      assertThat(below.classTraffic().requests()).isZero();
      assertThat(below.classTraffic().loaded()).contains("org.assertj.core.api.ListAssert");
      assertThat(grandchild.classTraffic().requests()).isZero();
    }
  }

  @Test
  void whatIsNotSentAgainIsReportedAsLoaded(@TempDir Path folder) throws Exception {
    Path source =
        CompiledProgram.write(
            folder.resolve("sources/few/Main.java"),
            """
            package few;
            public class Main { public static int run() { return Other.VALUE.length(); } }
            class Other { static final String VALUE = new String("four"); }
            """);
    Path classes = folder.resolve("classes");
    CompiledProgram.compile(classes, "8", "", source);
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(classes)) {
      Class<?> main = loader.loadClass("few.Main");
      Context child = router.connect(Local.create());
      Context grandchild = child.connect(Local.create());

      assertThat(grandchild.call(main, "run")).isEqualTo(4);
      assertThat(child.call(main, "run")).isEqualTo(4);
      Await.until(() -> child.classTraffic().isComplete());

      assertThat(child.classTraffic().loaded()).contains("few.Main", "few.Other");
    }
  }
}
