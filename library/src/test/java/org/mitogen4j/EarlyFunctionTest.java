package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;
import org.mitogen4j.programs.AssertJUser;

/** Functions of a jar that a child runs before it is a full context. */
@Timeout(120)
class EarlyFunctionTest {
  private static final String FULL = "class org.mitogen4j.internal.context.ContextRuntime to ";

  private final RecordedLog log = new RecordedLog();
  private Router router;

  @BeforeEach
  void open() {
    router = Router.create().logTo(log);
  }

  @AfterEach
  void close() {
    router.close();
  }

  static String logs() {
    AssertJUser.run();
    Logger.getLogger("early").log(Level.WARNING, "{0} left", 3);
    return LogManager.getLogManager().getClass().getSimpleName();
  }

  static int prints() {
    System.out.println("printed early");
    return AssertJUser.run();
  }

  static String variable() {
    AssertJUser.run();
    return String.valueOf(System.getenv("LC_ALL"));
  }

  private Context child(String name) throws StartException {
    return router.connect(Local.create().name(name));
  }

  private static void awaitReport(Context child) throws Exception {
    Await.until(() -> child.classTraffic().isComplete());
  }

  @Test
  void aFunctionOfAJarIsSentAheadOfWhatMakesAFullContext() throws Exception {
    try (ClassesSent sent = new ClassesSent()) {
      Context first = child("first");
      first.call(AssertJUser::run);
      awaitReport(first);
      assertThat(sent.askedFor()).noneMatch(line -> line.startsWith(FULL));

      Context second = child("second");
      second.call(AssertJUser::run);

      List<String> lines = sent.lines().stream().filter(line -> line.contains("second")).toList();
      List<String> ahead =
          lines.subList(0, index(lines, "class org.mitogen4j.programs.AssertJUser to"));
      assertThat(ahead).noneMatch(line -> line.startsWith(FULL));
    }
  }

  private static int index(List<String> lines, String begin) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(begin)) {
        return i;
      }
    }
    throw new AssertionError(begin + " is not in " + lines);
  }

  @Test
  void whatItLogsArrivesAsRecordsOfItsLoggers() throws Exception {
    for (String name : List.of("first", "second")) {
      Context child = child(name);

      assertThat(child.call(EarlyFunctionTest::logs)).isEqualTo("ForwardedLogs");

      assertThat(log.awaitRecord("3 left").getLevel()).isEqualTo(Level.WARNING);
      log.clear();
      awaitReport(child);
    }
  }

  @Test
  void whatItPrintsArrives() throws Exception {
    for (String name : List.of("first", "second")) {
      Context child = child(name);

      assertThat(child.call(EarlyFunctionTest::prints)).isEqualTo(2);

      log.awaitRecord("printed early");
      log.clear();
      awaitReport(child);
    }
  }

  @Test
  void itSeesTheVariablesOfTheAccount() throws Exception {
    for (String name : List.of("first", "second")) {
      Context child = child(name);

      assertThat(child.call(EarlyFunctionTest::variable))
          .isEqualTo(String.valueOf(System.getenv("LC_ALL")));
      awaitReport(child);
    }
  }
}
