package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;

/** A child that probes for classes and resources that the program lacks hardly asks for them. */
@Timeout(60)
class MissingNamesTest {
  private static final int PROBES = 40;

  @TempDir Path folder;

  /** Looks for classes and resources, as frameworks do for libraries; returns the number found. */
  private static int probe(String prefix) {
    int found = 0;
    for (int i = 0; i < PROBES; i++) {
      found += exists(prefix + ".Type" + i) ? 1 : 0;
      found += MissingNamesTest.class.getResource("/" + prefix + "/file" + i) == null ? 0 : 1;
    }
    return found;
  }

  private static boolean exists(String name) {
    try {
      Class.forName(name, false, MissingNamesTest.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return MissingNamesTest.class.getResource("/none") != null;
    }
  }

  @Test
  void aChildAsksForFewOfManyNamesThatThereAreNot() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(MissingNamesTest::probe, "none.of.these")).isZero();

      assertThat(child.classTraffic().requests()).isBetween(1L, 10L); // of 80
    }
  }

  @Test
  void whatOneChildMissedTheNextDoesNotAskFor() throws Exception {
    try (Router router = Router.create()) {
      Context first = router.connect(InProcess.create());
      assertThat(first.call(MissingNamesTest::probe, "none.of.these")).isZero();
      Await.until(() -> first.classTraffic().isComplete());

      Context second = router.connect(InProcess.create());
      assertThat(second.call(MissingNamesTest::probe, "none.of.these")).isZero();

      assertThat(second.classTraffic().requests()).isZero();
    }
  }

  @Test
  void aContextBelowAnotherAsksForFewOfManyNamesThatThereAreNot() throws Exception {
    try (Router router = Router.create()) {
      Context middle = router.connect(InProcess.create());
      Context below = middle.connect(InProcess.create());
      assertThat(below.call(MissingNamesTest::probe, "none.of.these")).isZero();

      long before = middle.classTraffic().requests();
      assertThat(below.call(MissingNamesTest::probe, "none.of.those")).isZero();

      assertThat(middle.classTraffic().requests() - before).isLessThan(10); // of 80
    }
  }

  @Test
  void aClassThatTheProgramGetsLaterIsFoundAllTheSame() throws Exception {
    CompiledProgram.compilePair(folder, "later");
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(folder)) {
      List<Context> contexts =
          List.of(router.connect(InProcess.create()), router.connect(InProcess.create()));
      for (Context context : contexts) {
        assertThat(context.call(MissingNamesTest::exists, "later.Other")).isFalse();
        assertThat(context.call(MissingNamesTest::probe, "none.of.these")).isZero();
        assertThat(context.call(MissingNamesTest::exists, "later.Main")).isFalse();
      }

      Object runs = contexts.get(0).call(loader.loadClass("later.Main"), "run");

      assertThat(runs).isEqualTo("runs");
      for (Context context : contexts) {
        assertThat(context.call(MissingNamesTest::exists, "later.Other")).isTrue();
        assertThat(context.call(MissingNamesTest::exists, "later.Main")).isTrue();
      }
    }
  }

  static void awaitResource(String name) throws Exception {
    Await.until(() -> MissingNamesTest.class.getResource(name) != null);
  }

  @Test
  void aRunningFunctionFindsAFileThatTheProgramGetsLater() throws Exception {
    try (URLClassLoader loader = CompiledProgram.loader(folder);
        Router router = Router.create(RouterOptions.defaults().classLoader(loader))) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(MissingNamesTest::probe, "none.of.these")).isZero();
      long before = child.classTraffic().requests();

      Call<Void> found = child.runAsync(MissingNamesTest::awaitResource, "/later.txt");
      Await.until(() -> child.workload().running() > 0);
      CompiledProgram.write(folder.resolve("later.txt"), "text");

      found.get(30, TimeUnit.SECONDS);
      assertThat(child.classTraffic().requests() - before).isLessThan(10); // of hundreds of looks
    }
  }
}
