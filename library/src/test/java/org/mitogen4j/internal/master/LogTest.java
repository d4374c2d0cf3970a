package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.mitogen4j.Logged;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** What contexts print, as a program with Java's own log settings shows it. */
@Timeout(60)
class LogTest {
  @TempDir Path folder;

  static void print() {
    System.out.println("grüß €");
    System.err.println("größer");
  }

  @Test
  void aLineShowsItsContextAndStreamAndAllItsLettersWhateverTheLocale() throws Exception {
    Path java = folder.resolve("java");
    String own = System.getProperty("java.home") + "/bin/java";
    Files.writeString(java, "#!/bin/sh\nLC_ALL=C exec '" + own + "' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    List<String> shown;
    try (Logged logged = new Logged()) {
      try (Router router = Router.create()) {
        Context child = router.connect(Local.create().name("web1").javaPath(java.toString()));
        child.run(LogTest::print);
      }
      shown = logged.shown();
    }
    assertThat(shown)
        .anySatisfy(s -> assertThat(s).contains("org.mitogen4j.output.web1.stdout", "grüß €"));
    assertThat(shown)
        .anySatisfy(s -> assertThat(s).contains("org.mitogen4j.output.web1.stderr", "größer"));
    assertThat(shown).noneSatisfy(s -> assertThat(s).contains("org.mitogen4j.internal"));
  }

  /** Fails at a line, as a back end does of which a class is missing. */
  private static final class FailingLog implements LogBackend {
    final List<String> written = new CopyOnWriteArrayList<>();

    @Override
    public boolean isLoggable(String logger, Level level) {
      return true;
    }

    @Override
    public void log(ContextLogRecord record) {
      if (record.getMessage().equals("fails")) {
        throw new NoClassDefFoundError("a class of the back end");
      }
      written.add(record.getMessage());
    }

    @Override
    public Map<String, Level> levels() {
      return Collections.singletonMap("", Level.INFO);
    }
  }

  static void printTwoLines() {
    System.out.println("fails");
    System.out.println("follows");
  }

  @Test
  void aBackEndThatFailsGetsTheLinesThatFollow() throws Exception {
    FailingLog log = new FailingLog();
    try (Logged logged = new Logged();
        Router router = Router.create().logTo(log)) {
      router.connect(Local.create()).run(LogTest::printTwoLines);
      Await.until(() -> log.written.contains("follows"));
      assertThat(logged.warnings()).anyMatch(text -> text.contains("a class of the back end"));
    }
  }

  static void printEscapes() {
    System.out.println("\u001b[2Jred\talert\u0007");
  }

  @Test
  void whatIsPrintedSteersNoTerminal() throws Exception {
    List<String> shown;
    try (Logged logged = new Logged()) {
      try (Router router = Router.create()) {
        router.connect(Local.create()).run(LogTest::printEscapes);
      }
      shown = logged.shown();
    }
    assertThat(shown).anySatisfy(s -> assertThat(s).contains("?[2Jred\talert?"));
  }
}
