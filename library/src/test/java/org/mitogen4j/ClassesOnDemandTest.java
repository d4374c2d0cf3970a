package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.programs.Features;
import org.mitogen4j.programs.Inventory;
import org.mitogen4j.programs.Waiting;

/** What a call needs goes along with it; what it does not need stays. */
@Timeout(60)
class ClassesOnDemandTest {
  private static final String REPORT = "large [item of 0, item of 4] 4";

  @Test
  void aProgramOfSeveralClassesAsksForNothing() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(Local.create().name("web1"));

      assertThat(child.call(Inventory::report, "four")).isEqualTo(REPORT);

      assertThat(sent.askedFor()).isEmpty();
      assertThat(sent.lines())
          .contains("class " + Inventory.class.getName() + " to web1 (1): called");
    }
  }

  @Test
  void whatIsReportedWhileAFunctionRunsIsLearnedForThisFunction(@TempDir Path folder)
      throws Exception {
    try (Router router = Router.create()) {
      Context first = router.connect(InProcess.create());
      Call<String> call = first.callAsync(Waiting::forEnd, folder.toString());
      Await.until(() -> Files.exists(folder.resolve("begun")));
      first.run(Waiting::nothing);
      String loaded = Waiting.Before.class.getName();
      Await.until(() -> first.classTraffic().loaded().contains(loaded));
      Files.createFile(folder.resolve("end"));
      assertThat(call.get()).isEqualTo("waited");
      Await.until(() -> first.classTraffic().isComplete());
      Files.delete(folder.resolve("begun"));

      Context second = router.connect(InProcess.create());
      assertThat(second.call(Waiting::forEnd, folder.toString())).isEqualTo("waited");

      assertThat(second.classTraffic().requests()).isZero();
    }
  }

  @Test
  void whatAChildAsksForAfterItsReportGoesAlongToTheNext() throws Exception {
    try (Router router = Router.create()) {
      for (int child = 0; child < 2; child++) {
        Context context = router.connect(InProcess.create());
        assertThat(context.call(Features::byName, Object.class.getName())).isNotNull();
        Await.until(() -> context.classTraffic().isComplete());

        context.call(Features::byName, Waiting.after());

        assertThat(context.classTraffic().requests()).isEqualTo(child == 0 ? 1 : 0);
      }
    }
  }

  @Test
  void whatAContextFurtherDownAsksForGoesAlongToTheNextOne() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      for (int child = 0; child < 2; child++) {
        Context bastion = router.connect(InProcess.create());
        Context below = bastion.connect(InProcess.create());
        sent.lines().clear();

        below.call(Features::byName, Features.hiddenName());

        assertThat(sent.askedFor().stream().filter(line -> line.contains("Features$")))
            .hasSize(child == 0 ? 1 : 0);
        Await.until(() -> below.classTraffic().isComplete());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.mitogen4j.programs.Features#all")
  void whatAFunctionNeedsGoesAlongWithIt(Features.Feature feature) throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(feature.function())).isEqualTo(feature.expected());

      assertThat(sent.askedFor()).isEmpty();
      assertThat(sent.lines()).noneMatch(line -> line.contains("Meow"));
    }
  }

  @Test
  void argumentsBringTheirClassesAndWhatTheyHold() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(Inventory::take, new Inventory.Order()))
          .isEqualTo("a line, the first of 1");
      assertThat(child.call(Features::parcel, new Features.Parcel(new Features.Gift())))
          .isEqualTo("contains a gift in paper");
      assertThat(child.call(Features::step, Features.aStep(7))).isEqualTo("in7late");

      assertThat(sent.askedFor()).isEmpty();
    }
  }

  @Test
  void aCallWithAnotherKindOfArgumentBringsItsClassesToo() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      child.call(Features::parcel, new Features.Parcel("text"));
      assertThat(sent.lines()).noneMatch(line -> line.contains("$Gift"));
      child.call(Features::parcel, new Features.Parcel(new Features.Gift()));

      assertThat(sent.askedFor()).isEmpty();
    }
  }

  @Test
  void whatIsNotReachedFromTheFunctionStays() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      child.call(Inventory::report, "four");

      assertThat(sent.lines())
          .noneMatch(line -> line.contains("Inventory$Other"))
          .noneMatch(line -> line.contains("Inventory$Circle"))
          .noneMatch(line -> line.contains("Inventory$Pi"))
          .noneMatch(line -> line.contains("FunctionRef"));
    }
  }

  @Test
  void aFunctionThatStartsAChildGetsTheLibraryAtOnce() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(Inventory::nested, "four")).isEqualTo(REPORT);

      // the first stage itself is what an in-process child is started with
      assertThat(sent.askedFor()).filteredOn(line -> !line.contains("boot.FirstStage")).isEmpty();
    }
  }

  @Test
  void aContextFurtherDownGetsItAll() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context bastion = router.connect(InProcess.create());
      Context first = bastion.connect(InProcess.create());
      Context second = bastion.connect(InProcess.create());
      sent.lines().clear();

      assertThat(first.call(Inventory::report, "four")).isEqualTo(REPORT);
      assertThat(second.call(Inventory::report, "four")).isEqualTo(REPORT);

      assertThat(sent.askedFor()).isEmpty();
    }
  }

  @Test
  void aContextThatStartsItsFirstChildAsksForNothing() throws Exception {
    try (Router router = Router.create()) {
      Context parent = router.connect(Local.create());
      parent.connect(Local.create());

      assertThat(parent.classTraffic().requests()).isZero();
    }
  }

  @Test
  void whatOneChildAskedForGoesAlongToTheNext() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context first = router.connect(InProcess.create());
      Context second = router.connect(InProcess.create());

      first.call(Features::byName, Features.hiddenName());
      assertThat(sent.askedFor()).hasSize(1).allMatch(line -> line.contains(first.toString()));
      assertThat(sent.lines())
          .anyMatch(line -> line.contains("Features$Deeper to " + first + ": goes with"));
      sent.lines().clear();
      second.call(Features::byName, Features.hiddenName());

      assertThat(sent.askedFor()).isEmpty();
      assertThat(sent.lines())
          .anyMatch(line -> line.contains("Features$Hidden to " + second + ": earlier children"));
    }
  }

  @Test
  void whatManyChildrenMissIsAskedForOnce() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context bastion = router.connect(InProcess.create());
      List<Context> children =
          IntStream.range(0, 8)
              .mapToObj(i -> bastion.connectAsync(InProcess.create().name("c" + i)))
              .toList();

      List<Call<String>> calls =
          children.stream()
              .map(child -> child.callAsync(Features::byName, Features.hiddenName()))
              .toList();
      for (Call<String> call : calls) {
        assertThat(call.get()).isEqualTo("hidden and deeper");
      }

      assertThat(sent.askedFor().stream().filter(line -> line.contains("Features$"))).hasSize(1);
    }
  }

  /** Its constants can't be deflated, so that it travels in several frames. */
  @Test
  void aClassLargerThanAFrameIsTheFirstThatAChildIsSent(@TempDir Path folder) throws Exception {
    Random random = new Random(1);
    StringBuilder source = new StringBuilder("public class Large {\n");
    for (int i = 0; i < 40; i++) {
      source.append("  static String t").append(i).append("() { return \"");
      random.ints(4000, '0', 'z').filter(c -> c != '\\').forEach(source::appendCodePoint);
      source.append("\"; }\n");
    }
    source.append("  public static int length() { return t39().length(); }\n}\n");
    Path file = Files.writeString(folder.resolve("Large.java"), source);
    String[] release8 = {"--release", "8", "-nowarn", file.toString()};
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, release8)).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        Router router = Router.create()) {
      Class<?> large = loader.loadClass("Large");
      for (int child = 0; child < 2; child++) {
        Context context = router.connect(Local.create());

        assertThat((Integer) context.call(large, "length")).isBetween(3000, 4000);
      }
    }
  }
}
