package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** What is heard of threads, JVMs and contexts that end or hang. */
@Timeout(60)
class CrashReportTest {
  private final RecordedLog log = new RecordedLog();
  private Router router;

  @BeforeEach
  void start() {
    router = Router.create().logTo(log);
  }

  @AfterEach
  void end() {
    router.close();
  }

  static void failInThread() throws InterruptedException {
    Thread thread = new Thread(CrashReportTest::failDeeper, "helper");
    thread.start();
    thread.join();
  }

  private static void failDeeper() {
    throw new IllegalStateException("outer \u001b[31m", new ArithmeticException("inner"));
  }

  @Test
  void anUncaughtExceptionOfAThreadArrivesWithStackAndCause() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    child.run(CrashReportTest::failInThread);
    ContextLogRecord record = log.awaitRecord("uncaught exception in thread \"helper\"");
    assertThat(record.getLevel()).isEqualTo(Level.SEVERE);
    assertThat(record.context()).isEqualTo(child);
    assertThat(record.threadName()).isEqualTo("helper");
    assertThat(record.getThrown())
        .hasMessage("java.lang.IllegalStateException: outer ?[31m")
        .hasStackTraceContaining("at org.mitogen4j.CrashReportTest.failDeeper(CrashReportTest")
        .hasStackTraceContaining("java.lang.ArithmeticException: inner");
  }

  @SuppressWarnings("ModifiedButNotUsed") // it is to take memory
  static void fillMemory() throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              List<byte[]> all = new ArrayList<>();
              while (true) {
                all.add(new byte[1 << 20]);
              }
            },
            "greedy");
    thread.start();
    thread.join();
  }

  @Test
  void anOutOfMemoryErrorOfAThreadArrives() throws Exception {
    Context child = router.connect(Local.create().jvmArguments("-Xmx32m"));
    child.run(CrashReportTest::fillMemory);
    ContextLogRecord record = log.awaitRecord("uncaught exception in thread \"greedy\"");
    assertThat(record.getThrown()).hasMessageContaining("java.lang.OutOfMemoryError");
    assertThat(child.call(CrashReportTest::pid)).isPositive();
  }

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  static void crash() throws Exception {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
  }

  private static List<String> reports(long pid) {
    List<String> found = new ArrayList<>();
    for (String place : List.of(".", System.getProperty("java.io.tmpdir"))) {
      for (String name : new File(place).list()) {
        if (name.contains("hs_err_pid" + pid)) {
          found.add(name);
        }
      }
    }
    return found;
  }

  private void awaitReport() throws Exception {
    Await.until(() -> log.of("web.crash").contains("END."));
    assertThat(log.of("web.crash"))
        .first()
        .asString()
        .startsWith("# A fatal error has been detected by the Java Runtime Environment");
    assertThat(log.of("web.crash")).contains("# Problematic frame:");
    assertThat(log.of("web.crash")).anyMatch(line -> line.contains("S Y S T E M"));
    assertThat(log.records())
        .filteredOn(r -> r.getLoggerName().endsWith(".crash"))
        .allMatch(r -> r.getLevel().equals(Level.SEVERE));
  }

  @Test
  void aJvmThatASignalEndsTellsItsCallersAndLeavesNoFile() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    long pid = child.call(CrashReportTest::pid);
    Call<Void> call = child.runAsync(CrashReportTest::hang);
    Shell.check("kill -SEGV " + pid);
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(DisconnectedException.class)
        .hasMessageContaining("its JVM crashed: SIGSEGV (0xb)");
    awaitReport();
    assertThat(reports(pid)).isEmpty();
  }

  @Test
  void aCrashReportOfAnotherJvmIsPlainOutputAndBlamesNobody() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    String java = System.getProperty("java.home") + "/bin/java";
    child.run(
        CrashReportTest::shell,
        String.format(
            "%s -XX:ErrorFile=/dev/fd/1 -cp '%s' '%s'; echo after",
            java, System.getProperty("java.class.path"), CrashingMain.class.getName()));
    Await.until(() -> log.of("web.stdout").contains("after"));
    assertThat(log.of("web.stdout"))
        .contains("# A fatal error has been detected by the Java Runtime Environment:");
    assertThat(log.of("web.crash")).isEmpty();
    Call<Void> call = child.runAsync(CrashReportTest::hang);
    Shell.check("kill -KILL " + child.info().pid());
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(DisconnectedException.class)
        .message()
        .doesNotContain("crashed");
  }

  static void shell(String command) throws Exception {
    Shell.check(command);
  }

  /** Another JVM, which prints its crash report to the standard output of the child. */
  static final class CrashingMain {
    public static void main(String[] args) throws Exception {
      crash();
    }
  }

  @Test
  void aJvmThatAFunctionCrashesTellsInWhichFrame() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    assertThatThrownBy(() -> child.run(CrashReportTest::crash))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("its JVM crashed: SIGSEGV")
        .hasMessageContaining(", in V [libjvm.so")
        .hasMessageContaining("CrashReportTest#crash");
    awaitReport();
  }

  @Test
  void aCrashOfAJvmWithOptionsOfTheUsersIsReportedToo() throws Exception {
    Context child = router.connect(Local.create().name("web").jvmArguments("-Xlog:disable"));
    assertThatThrownBy(() -> child.run(CrashReportTest::crash))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("its JVM crashed: SIGSEGV");
    awaitReport();
  }

  @Test
  void aCallThatTakesTooLongHasItsContextLogADumpOnceAMinute() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    Context limited = child.withTimeout(Duration.ofMillis(300));
    assertThat(child.call(CrashReportTest::pid)).isPositive();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> limited.run(CrashReportTest::hangWhateverInterrupts))
          .isInstanceOf(CallTimeoutException.class);
    }
    Await.until(() -> !log.of("output.web.dump").isEmpty());
    child.run(CrashReportTest::release);
    log.awaitRecord("released");
    assertThat(log.of("output.web.dump"))
        .hasSize(1)
        .first()
        .asString()
        .contains("hangWhateverInterrupts()V in web (1) took longer than 300 ms: process ")
        .contains("at org.mitogen4j.CrashReportTest.hangWhateverInterrupts(");
  }

  private static final CountDownLatch RELEASED = new CountDownLatch(1);

  static void hangWhateverInterrupts() {
    while (RELEASED.getCount() > 0) {
      try {
        RELEASED.await();
      } catch (InterruptedException e) {
        // it hangs all the same
      }
    }
  }

  static void release() {
    RELEASED.countDown();
    System.out.println("released");
  }

  static void hangInManyThreads() {
    for (int i = 0; i < 300; i++) {
      Thread thread = new Thread(() -> hangDeeply(30));
      thread.setDaemon(true);
      thread.start();
    }
    hangWhateverInterrupts();
  }

  private static void hangDeeply(int depth) {
    if (depth > 0) {
      hangDeeply(depth - 1);
    } else {
      hangWhateverInterrupts();
    }
  }

  @Test
  void aDumpThatIsLargerThanAFrameIsCutAndItsContextLives() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    assertThat(child.call(CrashReportTest::pid)).isPositive();

    assertThatThrownBy(
            () -> child.withTimeout(Duration.ofSeconds(1)).run(CrashReportTest::hangInManyThreads))
        .isInstanceOf(CallTimeoutException.class);

    Await.until(() -> !log.of("output.web.dump").isEmpty());
    assertThat(log.of("output.web.dump")).first().asString().contains("... (cut)");
    assertThat(child.call(CrashReportTest::pid)).isPositive();
  }

  @Test
  void aRouterThatWantsNoDumpsGetsNone() throws Exception {
    try (Router quiet = Router.create(RouterOptions.defaults().hangDumps(false)).logTo(log)) {
      Context child = quiet.connect(Local.create().name("web"));
      assertThat(child.call(CrashReportTest::pid)).isPositive();
      assertThatThrownBy(() -> child.withTimeout(Duration.ofMillis(100)).run(CrashReportTest::hang))
          .isInstanceOf(CallTimeoutException.class);
    } // all that came is written
    assertThat(log.of("dump")).isEmpty();
  }

  @Test
  void aContextThatMissesHeartbeatsLogsADumpWhenItGoesOn() throws Exception {
    RouterOptions options = RouterOptions.defaults().heartbeat(Duration.ofMillis(1500));
    try (Logged warnings = new Logged();
        Router beating = Router.create(options).logTo(log)) {
      Context child = beating.connect(Local.create().name("web"));
      long pid = child.call(CrashReportTest::pid);
      Shell.check("kill -STOP " + pid);
      Await.until(() -> warnings.warnings().toString().contains("it is asked what its threads do"));
      Shell.check("kill -CONT " + pid);
      Await.until(() -> !log.of("output.web.dump").isEmpty());
      assertThat(log.of("output.web.dump"))
          .first()
          .asString()
          .startsWith("no sign of life from context 1 for ")
          .contains("\"mitogen web read parent\"");
    }
  }

  @Test
  void aContextWhoseThreadsAllHangTellsWhatTheyDo() throws Exception {
    Context child = router.connect(Local.create().name("web"));
    for (int i = 0; i < 70; i++) {
      child.fire(CrashReportTest::hang);
    }
    Await.until(() -> child.workload().queued() > 0);
    assertThat(child.withTimeout(Duration.ofSeconds(10)).dump())
        .contains("at org.mitogen4j.CrashReportTest.hang(");
  }
}
