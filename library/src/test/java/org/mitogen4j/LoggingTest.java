package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** What functions log in a child, as it arrives at the master. */
@Timeout(60)
class LoggingTest {
  private final RecordedLog log = new RecordedLog();
  private Router router;
  private Context child;

  @BeforeEach
  void start() throws StartException {
    router = Router.create().logTo(log);
    child = router.connect(Local.create().name("web"));
  }

  @AfterEach
  void end() {
    router.close();
  }

  // ---- what runs in the child, and sees the statics of its own copy of this class

  private static int formatted;

  /** Counts how often it is shown. */
  private static final class Shown {
    @Override
    public String toString() {
      formatted++;
      return "shown";
    }
  }

  static void logOnce() {
    Thread.currentThread().setName("worker");
    Logger.getLogger("com.acme.Disk").log(Level.WARNING, "{0} of {1} full", new Object[] {80, "%"});
  }

  static void logByTheSystemsLogger() {
    System.getLogger("com.acme.Sys").log(System.Logger.Level.ERROR, "{0} left", 3);
  }

  static void logAnException() {
    Exception cause = new IllegalStateException("no disk");
    IOException failure = new IOException("can''t write", cause);
    Logger.getLogger("com.acme").log(Level.SEVERE, "failed", failure);
  }

  static int logAndPrint(int times) {
    Logger logger = Logger.getLogger("com.acme.Order");
    for (int i = 0; i < times; i++) {
      System.out.println("out " + i);
      logger.info("log " + i);
      System.err.println("err " + i);
      System.out.print("part " + i);
      logger.warning("end " + i);
    }
    return times;
  }

  static int logBelowTheLevel() {
    Logger logger = Logger.getLogger("com.acme.Level");
    for (int i = 0; i < 100; i++) {
      logger.log(Level.FINE, "{0}", new Shown());
    }
    logger.log(Level.INFO, "{0}", new Shown());
    return formatted;
  }

  static boolean isFine(String logger) {
    return Logger.getLogger(logger).isLoggable(Level.FINE);
  }

  static void resetLogging() {
    LogManager.getLogManager().reset();
    Logger.getLogger("com.acme").info("after the reset");
  }

  static void logAndHalt() {
    Logger.getLogger("com.acme").info("last record");
    System.out.println("last line");
    System.err.println("last error");
    Runtime.getRuntime().halt(3);
  }

  static void logMuch(int records) {
    Logger logger = Logger.getLogger("com.acme.Much");
    for (int i = 0; i < records; i++) {
      logger.info("record " + i);
    }
  }

  static void logLong() {
    Logger logger = Logger.getLogger("com.acme.Long");
    StringBuilder text = new StringBuilder();
    while (text.length() < 100_000) {
      text.append("ä\uD83D\uDE00");
    }
    logger.log(Level.INFO, text.toString(), new IOException(text.toString()));
    logger.info("behind it");
  }

  static void logAs(String name) {
    Logger.getLogger(name).severe("who is it");
  }

  // ---- tests

  @Test
  void aRecordArrivesWithAllThatItHas() throws Exception {
    long before = System.currentTimeMillis();
    child.run(LoggingTest::logOnce);

    ContextLogRecord record = log.awaitRecord("80 of % full");
    assertThat(record.getLoggerName()).isEqualTo("com.acme.Disk");
    assertThat(record.getLevel()).isEqualTo(Level.WARNING);
    assertThat(record.threadName()).isEqualTo("worker");
    assertThat(record.context()).isEqualTo(child);
    assertThat(record.getMillis()).isBetween(before, System.currentTimeMillis());
    assertThat(record.clockDifference()).isBetween(Duration.ofSeconds(-2), Duration.ofSeconds(2));
    assertThat(record.getSourceMethodName()).isEqualTo("in web (1)");
    assertThat(record.getThrown()).isNull();
  }

  @Test
  void theFirstCallOfAContextLogsToo() throws Exception {
    for (int i = 0; i < 5; i++) {
      Context young = router.connectAsync(Local.create().name("young" + i));
      young.run(LoggingTest::logByTheSystemsLogger);
    }
    Await.until(() -> log.count() >= 5);
    assertThat(log.of("com.acme.Sys")).as(() -> log.messages().toString()).hasSize(5);
    assertThat(log.messages()).containsOnly("3 left");
  }

  @Test
  void anExceptionArrivesWithStackAndCause() throws Exception {
    child.run(LoggingTest::logAnException);

    Throwable thrown = log.awaitRecord("failed").getThrown();
    assertThat(thrown).hasMessage("java.io.IOException: can''t write");
    assertThat(thrown.getStackTrace()[0].getMethodName()).isEqualTo("logAnException");
    assertThat(thrown.getCause()).hasMessage("java.lang.IllegalStateException: no disk");
  }

  @Test
  void recordsAndPrintedLinesOfAFunctionKeepTheirOrder() throws Exception {
    child.run(LoggingTest::logAndPrint, 300);

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      expected.addAll(List.of("out " + i, "log " + i, "err " + i, "part " + i, "end " + i));
    }
    log.awaitRecord("end 299");
    assertThat(log.messages()).isEqualTo(expected);
  }

  @Test
  void whatIsBelowTheMastersLevelIsNeitherFormattedNorSent() throws Exception {
    log.levels.put("com.acme", Level.INFO);
    assertThat(child.call(LoggingTest::logBelowTheLevel)).isEqualTo(1);
    log.awaitRecord("shown");
    assertThat(log.of("com.acme.Level")).containsExactly("shown");
  }

  @Test
  void aChangeOfLevelsReachesContextsWithinASecond() throws Exception {
    Context below = child.connect(Local.create());
    for (Context context : List.of(child, below)) {
      assertThat(context.call(LoggingTest::isFine, "com.acme.deep.A")).isFalse();
    }
    log.levels.put("com.acme", Level.FINE);
    for (Context context : List.of(child, below)) {
      Await.until("fine", 1000, () -> context.call(LoggingTest::isFine, "com.acme.deep.A"));
    }
    assertThat(child.call(LoggingTest::isFine, "com.other")).isFalse();

    log.levels.remove("com.acme");
    Await.until("info", 1000, () -> !child.call(LoggingTest::isFine, "com.acme.deep.A"));
  }

  @Test
  void aProgramThatResetsJavasLoggingStillLogs() throws Exception {
    child.run(LoggingTest::resetLogging);

    log.awaitRecord("after the reset");
  }

  @Test
  void theLastWordsBeforeAHaltArrive() throws Exception {
    Call<Void> call = child.runAsync(LoggingTest::logAndHalt);

    log.awaitRecord("last record");
    log.awaitRecord("last line");
    log.awaitRecord("last error");
    assertThat(call).failsWithin(Duration.ofSeconds(20));
    try {
      call.join();
    } catch (RuntimeException e) {
      assertThat(e.getCause()).hasMessageContaining("last error");
    }
  }

  @Test
  void aSlowMasterSlowsThreadsThatLogAndLosesNothing() throws Exception {
    Object gate = new Object();
    List<String> got = new ArrayList<>();
    router.logTo(
        new LogBackend() {
          @Override
          public boolean isLoggable(String logger, Level level) {
            return true;
          }

          @Override
          public void log(ContextLogRecord record) {
            synchronized (gate) {
              got.add(record.getMessage());
            }
          }

          @Override
          public java.util.Map<String, Level> levels() {
            return log.levels();
          }
        });
    Call<Void> call;
    synchronized (gate) {
      call = child.runAsync(LoggingTest::logMuch, 50_000);
      assertThat(child.call(LoggingTest::isFine, "a")).isFalse(); // calls go on meanwhile
      assertThat(call).isNotDone();
    }
    call.join();
    Await.until(
        () -> {
          synchronized (gate) {
            return got.size() == 50_000 && got.get(49_999).equals("record 49999");
          }
        });
  }

  @Test
  void aLongRecordIsCutSaysSoAndIsNotOvertaken() throws Exception {
    child.run(LoggingTest::logLong);

    log.awaitRecord("behind it");
    assertThat(log.messages().get(0))
        .startsWith("ä\uD83D\uDE00")
        .contains("... (cut, 100")
        .endsWith(" characters in all)");
    assertThat(log.messages()).hasSize(2);
  }

  @Test
  void aContextCanNotLogInTheNameOfTheLibraryOrOfPrintedLines() throws Exception {
    child.run(LoggingTest::logAs, "org.mitogen4j");
    child.run(LoggingTest::logAs, "org.mitogen4j.output.other.stdout");
    child.run(LoggingTest::logAs, "\u001b[2J\nx");

    Await.until(() -> log.count() == 3);
    assertThat(log.records())
        .extracting(LogRecord::getLoggerName)
        .containsExactly("org.mitogen4j.records", "org.mitogen4j.records", "?[2J x");
    assertThat(log.messages())
        .containsExactly(
            "org.mitogen4j: who is it",
            "org.mitogen4j.output.other.stdout: who is it",
            "who is it");
  }

  @Test
  void javasOwnLoggingIsTheDefault() throws Exception {
    List<LogRecord> records = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public synchronized void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {
            // nothing is held back
          }

          @Override
          public void close() {
            // nothing is open
          }
        };
    Logger logger = Logger.getLogger("com.acme.Disk");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try (Router own = Router.create()) {
      Context other = own.connect(Local.create().name("web"));
      other.run(LoggingTest::logOnce);
      Await.until(
          () -> {
            synchronized (handler) {
              return records.size() == 1 && records.get(0) instanceof ContextLogRecord;
            }
          });
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
  }
}
