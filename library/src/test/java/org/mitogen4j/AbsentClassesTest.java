package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;

/** That there is no class of some name holds only until the program gets more classes. */
@Timeout(60)
class AbsentClassesTest {
  private static final String OTHER = "plugin.Other";

  @TempDir Path folder;
  private URL[] plugin;

  @BeforeEach
  void compileAPlugin() throws Exception {
    CompiledProgram.compilePair(folder, "plugin");
    plugin = new URL[] {folder.toUri().toURL()};
  }

  private static boolean exists(String name) {
    try {
      Class.forName(name);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** A context, one below it, and its sibling's child: each is told what there is not. */
  private static List<Context> tree(Router router) throws Exception {
    List<Context> contexts = new ArrayList<>();
    contexts.add(router.connect(InProcess.create()));
    contexts.add(contexts.get(0).connect(InProcess.create()));
    contexts.add(contexts.get(1).connect(InProcess.create()));
    contexts.add(contexts.get(0).connect(InProcess.create()));
    return contexts;
  }

  @Test
  void aPluginsClassesAreFoundWhereTheyWereMissedBefore() throws Exception {
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(folder)) {
      List<Context> contexts = tree(router);
      for (Context context : contexts) {
        assertThat(context.call(AbsentClassesTest::exists, OTHER)).isFalse();
      }

      Context used = contexts.get(2);
      assertThat(used.call(loader.loadClass("plugin.Main"), "run")).isEqualTo("runs");

      for (Context context : contexts) {
        assertThat(context.call(AbsentClassesTest::exists, OTHER)).isTrue();
      }
    }
  }

  /** A loader that gets more to load from, as those of plugins do. */
  private static final class Growing extends URLClassLoader {
    Growing() {
      super(new URL[0], AbsentClassesTest.class.getClassLoader());
    }

    void grow(URL... more) {
      for (URL url : more) {
        addURL(url);
      }
    }
  }

  @Test
  void classesThatAKnownClassLoaderGetsLaterAreFound() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (Growing loader = new Growing()) {
      thread.setContextClassLoader(loader);
      try (Router router = Router.create()) {
        List<Context> contexts = tree(router);
        for (Context context : contexts) {
          assertThat(context.call(AbsentClassesTest::exists, "plugin.Main")).isFalse();
          assertThat(context.call(AbsentClassesTest::exists, OTHER)).isFalse();
        }

        loader.grow(plugin);
        assertThat(contexts.get(1).call(loader.loadClass("plugin.Main"), "run")).isEqualTo("runs");

        for (Context context : contexts) {
          assertThat(context.call(AbsentClassesTest::exists, OTHER)).isTrue();
        }
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void anAbsentClassIsAskedForOnce() throws Exception {
    Counting counting = new Counting();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(counting);
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());
      for (int i = 0; i < 20; i++) {
        assertThat(child.call(AbsentClassesTest::exists, OTHER)).isFalse();
      }

      assertThat(counting.asked).hasSize(1);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static final class Counting extends ClassLoader {
    final List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();

    Counting() {
      super(AbsentClassesTest.class.getClassLoader());
    }

    @Override
    public URL getResource(String name) {
      if (name.equals("plugin/Other.class")) {
        asked.add(name);
      }
      return super.getResource(name);
    }
  }
}
