package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.Local;

/**
 * What a JVM loads until it defines the first class of a jar: each second call of a child waits for
 * that.
 */
@Timeout(60)
class StartClassesTest {
  private static final Pattern LOADED = Pattern.compile("\\] (\\S+) source: ");

  @TempDir Path folder;

  /** The classes that a child loads until it calls a function of a jar, in their order. */
  private List<String> loaded() throws Exception {
    Path log = folder.resolve("classes.log");
    CompiledProgram.compilePair(folder.resolve("plugin"), "plugin");
    Path jar =
        CompiledProgram.jar(
            folder.resolve("plugin.jar"), folder.resolve("plugin"), "Implementation-Version: 7");
    try (Router router = Router.create();
        URLClassLoader loader = CompiledProgram.loader(jar)) {
      Context child =
          router.connect(Local.create().jvmArguments("-Xlog:class+load:file=" + log + ":uptime"));
      child.call(loader.loadClass("plugin.Main"), "run");
    }
    List<String> names = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher matcher = LOADED.matcher(line);
      if (matcher.find()) {
        names.add(matcher.group(1));
        if (matcher.group(1).equals("plugin.Main")) {
          return names;
        }
      }
    }
    throw new AssertionError("plugin.Main was not loaded");
  }

  @Test
  void nothingIsLoadedThatTakesAFreshJvmLong() throws Exception {
    List<String> names = loaded();

    assertThat(names)
        .noneMatch(name -> name.contains("$$Lambda"))
        .noneMatch(name -> name.startsWith("java.lang.invoke.LambdaForm$MH/"))
        .noneMatch(name -> name.startsWith("java.lang.invoke.LambdaForm$DMH/"))
        .doesNotContain("java.util.regex.Pattern", "java.nio.channels.FileChannel")
        .doesNotContain("java.lang.StackTraceElement$HashedModules") // of the first stack trace
        .doesNotContain("java.util.concurrent.atomic.AtomicReference");
  }
}
