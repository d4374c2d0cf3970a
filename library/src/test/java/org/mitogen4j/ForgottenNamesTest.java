package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.parent.Parent;

/** Contexts that were told to forget which names are absent are told anew. */
@Timeout(120)
class ForgottenNamesTest {
  private static final int PROBES = 40;

  /** The class loaders that the program gets one after another. */
  private static final int LOADERS = 30;

  @TempDir Path folder;

  static boolean exists(String name) {
    try {
      Class.forName(name, false, ForgottenNamesTest.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Looks for classes and resources that there are not; returns the number found. */
  static int probe(String prefix) {
    int found = 0;
    for (int i = 0; i < PROBES; i++) {
      found += exists(prefix + ".Type" + i) ? 1 : 0;
      found += ForgottenNamesTest.class.getResource("/" + prefix + "/file" + i) == null ? 0 : 1;
    }
    return found;
  }

  /** A function of another class loader: the program has more names from then on. */
  private static void callPlugin(Context context, URLClassLoader loader, String name)
      throws Exception {
    assertThat(context.call(loader.loadClass(name + ".Main"), "run")).isEqualTo("runs");
  }

  @Test
  void aChildThatForgotAbsentNamesAsksForFewOfManyFurtherOnes() throws Exception {
    CompiledProgram.compilePair(folder, "plugin");
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(folder)) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(ForgottenNamesTest::probe, "none.of.these")).isZero();
      callPlugin(child, loader, "plugin");

      long before = child.classTraffic().requests();
      assertThat(child.call(ForgottenNamesTest::probe, "none.of.those")).isZero();

      assertThat(child.classTraffic().requests() - before).isLessThan(10); // of 80
    }
  }

  @Test
  void aNewContextBehindOneThatForgotFindsAClassThatWasAbsentBefore() throws Exception {
    CompiledProgram.compilePair(folder, "plugin");
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(folder)) {
      Context middle = router.connect(InProcess.create());
      Context between = middle.connect(InProcess.create());
      Context before = between.connect(InProcess.create());
      assertThat(before.call(ForgottenNamesTest::probe, "none.of.these")).isZero();
      assertThat(before.call(ForgottenNamesTest::exists, "plugin.Other")).isFalse();
      before.shutdown(Duration.ofSeconds(10));
      callPlugin(router.connect(InProcess.create()), loader, "plugin");

      Context below = middle.connect(InProcess.create());
      assertThat(below.call(ForgottenNamesTest::probe, "none.of.these")).isZero();
      Context deeper = between.connect(InProcess.create());
      assertThat(deeper.call(ForgottenNamesTest::probe, "none.of.these")).isZero();

      assertThat(below.call(ForgottenNamesTest::exists, "plugin.Other")).isTrue();
      assertThat(deeper.call(ForgottenNamesTest::exists, "plugin.Other")).isTrue();
    }
  }

  @Test
  void aClassIsFoundWhereItWasAbsentHoweverOftenContextsAreToldAndForget() throws Exception {
    List<URLClassLoader> loaders = new ArrayList<>();
    for (int i = 0; i < LOADERS; i++) {
      CompiledProgram.compilePair(folder.resolve("p" + i), "plugin" + i);
      loaders.add(CompiledProgram.loader(folder.resolve("p" + i)));
    }
    ExecutorService others = Executors.newCachedThreadPool();
    AtomicBoolean isOver = new AtomicBoolean();
    try (Router router = Router.create()) {
      List<Context> contexts = new ArrayList<>();
      contexts.add(router.connect(InProcess.create()));
      contexts.add(contexts.get(0).connect(InProcess.create()));
      contexts.add(contexts.get(1).connect(InProcess.create()));
      contexts.add(router.connect(InProcess.create()));
      List<Future<?>> running = new ArrayList<>();
      for (Context context : contexts) {
        running.add(
            others.submit(
                () -> {
                  for (int i = 0; !isOver.get(); i++) {
                    assertThat(context.call(ForgottenNamesTest::probe, "none.n" + i)).isZero();
                  }
                  return null;
                }));
      }
      running.add(
          others.submit(
              () -> {
                while (!isOver.get()) {
                  Parent.of(TestRouters.of(router)).server.forgetAbsent();
                  assertThat(contexts.get(2).call(ForgottenNamesTest::exists, "none.such"))
                      .isFalse();
                }
                return null;
              }));

      for (int i = 0; i < LOADERS; i++) {
        String other = "plugin" + i + ".Other";
        for (Context context : contexts) {
          assertThat(context.call(ForgottenNamesTest::exists, other)).isFalse();
        }
        callPlugin(contexts.get(i % contexts.size()), loaders.get(i), "plugin" + i);
        for (Context context : contexts) {
          assertThat(context.call(ForgottenNamesTest::exists, other)).as(other).isTrue();
        }
      }

      isOver.set(true);
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      isOver.set(true);
      others.shutdown();
      for (URLClassLoader loader : loaders) {
        loader.close();
      }
    }
  }
}
