package org.mitogen4j.internal.context.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** The name of a child's process. */
@MitogenTest
class ProcessTitleTest {
  static long pid() {
    return ProcessHandle.current().pid();
  }

  static String environment(String name) {
    return System.getenv(name);
  }

  private static String[] words(long pid) throws IOException {
    byte[] line = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
    return new String(line, StandardCharsets.UTF_8).split("\0", -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"here", "billing's child", "n\u00e4me", "a longer name than that of java"})
  void theFirstWordOfTheCommandLineIsTheName(String name, Router router) throws Exception {
    Context child = router.connect(Local.create().remoteName(name));
    long pid = child.call(ProcessTitleTest::pid);
    Await.until(() -> words(pid)[0].equals(name));
    assertThat(words(pid)).contains("-Dmitogen=" + name);
    assertThat(child.call(ProcessTitleTest::environment, "PATH")).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void theDefaultTitleNamesTheAccountHostAndProcessOfTheParent(Router router) throws Exception {
    Context child = router.connect(Local.create());
    long pid = child.call(ProcessTitleTest::pid);
    String user = System.getProperty("user.name");
    String pattern = "mitogen:" + user + "@[^ ]+:" + ProcessHandle.current().pid();
    Await.until(() -> words(pid)[0].matches(pattern));
  }

  @Test
  void aCommandLineStaysAsLongAsItIs() {
    String line = "/bin/java\0-Dmitogen=name\0-Xmx64m\0";
    assertThat(ProcessTitle.changed(line)).isEqualTo("name\0-Dmitogen=name\0-Xmx64m\0\0\0\0\0\0");
    String longer = "a longer name";
    assertThat(ProcessTitle.changed("java\0-Dmitogen=" + longer + "\0-Xmx640m\0"))
        .isEqualTo(longer + "\0-Dmitogen=" + longer + "\0")
        .hasSameSizeAs("java\0-Dmitogen=" + longer + "\0-Xmx640m\0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"java\0-Xmx64m\0", "", "java\0-Dmitogen=\0", "java\0-Dmitogen=name"})
  void aCommandLineWithoutANameIsLeftAlone(String line) {
    assertThat(ProcessTitle.changed(line)).isNull();
  }
}
