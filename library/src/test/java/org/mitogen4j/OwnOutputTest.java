package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** Calls that have their output for themselves. */
@Timeout(60)
class OwnOutputTest {
  private final RecordedLog log = new RecordedLog();
  private final List<ContextLogRecord> own = Collections.synchronizedList(new ArrayList<>());
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

  private List<String> lines() {
    return own.stream()
        .map(r -> r.getLoggerName().replace("org.mitogen4j.output.", "") + " " + r.getMessage())
        .collect(Collectors.toList());
  }

  static int work(String name) throws InterruptedException {
    System.out.println(name + " begins");
    Logger.getLogger("app").warning(name + " warns");
    System.err.println(name + " complains");
    Thread helper = new Thread(() -> System.out.println(name + " is helped"));
    helper.start();
    helper.join();
    Shell.check("echo " + name + " runs a command; echo to stderr >&2; printf partial");
    Logger.getLogger("app").info(name + " ends");
    System.out.print("no line break");
    return 42;
  }

  @Test
  void aCallGetsAllItsOutputInOrderBeforeItReturns() {
    int result = child.withOutput(own::add).call(OwnOutputTest::work, "one");

    assertThat(result).isEqualTo(42);
    assertThat(lines())
        .filteredOn(line -> !line.contains("to stderr") && !line.contains("partial"))
        .containsExactly(
            "web.stdout one begins",
            "app one warns",
            "web.stderr one complains",
            "web.stdout one is helped",
            "web.stdout one runs a command",
            "app one ends",
            "web.stdout no line break");
    assertThat(lines()).contains("web.stderr to stderr", "web.stdout partial");
    assertThat(own).allMatch(r -> r.context().equals(child));
    assertThat(log.messages()).isEmpty();
  }

  static void print(String text, int lines) {
    for (int i = 0; i < lines; i++) {
      System.out.println(text + i);
    }
  }

  @Test
  void callsThatRunTogetherGetTheirOwnLinesOnly() {
    List<List<String>> printed = new ArrayList<>();
    List<Call<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      List<String> lines = new ArrayList<>(); // one thread at a time adds to it
      printed.add(lines);
      Context context = child.withOutput(r -> lines.add(r.getMessage()));
      calls.add(context.runAsync(OwnOutputTest::print, "call " + i + " line ", 500));
    }
    Call<Void> plain = child.runAsync(OwnOutputTest::print, "plain ", 500);
    calls.forEach(Call::join);
    plain.join();

    for (int i = 0; i < 8; i++) {
      String prefix = "call " + i + " line ";
      assertThat(printed.get(i)).hasSize(500).allMatch(line -> line.startsWith(prefix));
      assertThat(printed.get(i)).last().isEqualTo(prefix + 499);
    }
    child.run(OwnOutputTest::print, "end ", 1);
    assertThat(log.messages()).allMatch(line -> line.startsWith("plain ") || line.equals("end 0"));
  }

  @Test
  void aSlowConsumerLosesNothingAndHoldsTheFunctionUp() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Context context =
        child.withOutput(
            r -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              own.add(r);
            });
    Call<Void> call = context.runAsync(OwnOutputTest::print, "x".repeat(1000), 2000); // 2 MB
    Await.until(() -> child.workload().running() == 1);
    assertThat(call.isDone()).isFalse();
    release.countDown();
    call.join();
    assertThat(own).hasSize(2000);
  }

  static void fail() {
    System.out.println("last words");
    throw new IllegalStateException("broken");
  }

  @Test
  void whatAFailingFunctionPrintsArrivesBeforeTheFailure() {
    assertThatThrownBy(() -> child.withOutput(own::add).run(OwnOutputTest::fail))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("broken");
    assertThat(lines()).containsExactly("web.stdout last words");
  }

  static void halt() {
    System.out.println("before the end");
    Runtime.getRuntime().halt(3);
  }

  @Test
  void whatAFunctionPrintsBeforeItsJvmEndsArrives() {
    assertThatThrownBy(() -> child.withOutput(own::add).run(OwnOutputTest::halt))
        .isInstanceOf(DisconnectedException.class);
    assertThat(lines()).containsExactly("web.stdout before the end");
  }

  static CompletableFuture<String> later() {
    CompletableFuture<String> result = new CompletableFuture<>();
    new Thread(
            () -> {
              System.out.println("later");
              result.complete("done");
            })
        .start();
    return result;
  }

  @Test
  void outputOfAResultThatIsStillToComeArrivesBeforeIt() {
    Object result = child.withOutput(own::add).call(OwnOutputTest.class, "later");
    assertThat(result).isEqualTo("done");
    assertThat(lines()).containsExactly("web.stdout later");
  }

  static void hang() throws InterruptedException {
    System.out.println("hangs");
    try {
      new CountDownLatch(1).await();
    } finally {
      System.out.println("was interrupted");
    }
  }

  @Test
  void whatIsPrintedAfterATimeoutGoesToTheLogOrNowhereAndTheContextGoesOn() throws Exception {
    Context limited = child.withTimeout(Duration.ofMillis(500)).withOutput(own::add);
    assertThatThrownBy(() -> limited.run(OwnOutputTest::hang))
        .isInstanceOf(CallTimeoutException.class);
    Await.until(() -> child.workload().running() == 0);
    child.run(OwnOutputTest::print, "after ", 1);
    log.awaitRecord("after 0");
    assertThat(lines()).doesNotContain("web.stdout was interrupted");
  }

  @Test
  void aConsumerThatThrowsFailsTheCallAndStopsTheFunction() throws Exception {
    Context context =
        child.withOutput(
            r -> {
              throw new IllegalArgumentException("no " + r.getMessage());
            });
    assertThatThrownBy(() -> context.run(OwnOutputTest::hang)).hasStackTraceContaining("no hangs");
    Await.until(() -> child.workload().running() == 0);
  }

  @Test
  void chainsAndExecutorsHaveTheirOutput() throws Exception {
    Context context = child.withOutput(own::add);
    try (Chain chain = context.chain()) {
      Call<Void> first = chain.runAsync(OwnOutputTest::print, "a", 1);
      first.join(); // all of its output is here, ahead of that of the next
      chain.run(OwnOutputTest::print, "b", 1);
    }
    context
        .executor()
        .submit(
            (Callable<Integer> & Serializable)
                () -> {
                  System.out.println("task");
                  return 1;
                })
        .get();
    assertThat(lines()).containsExactly("web.stdout a0", "web.stdout b0", "web.stdout task");
    assertThat(log.messages()).isEmpty();
  }

  static List<String> below(Context grandchild) {
    List<String> lines = new ArrayList<>();
    grandchild
        .withOutput(r -> lines.add(r.getMessage()))
        .run(OwnOutputTest::print, "from below ", 2);
    return lines;
  }

  @Test
  void aContextInTheMiddleHasTheOutputOfItsCalls() throws Exception {
    Context below = child.connect(Local.create().name("db"));
    assertThat(child.call(OwnOutputTest::below, below))
        .containsExactly("from below 0", "from below 1");
  }

  static void escape() {
    System.out.println("\u001b[31mred\u0007 \u202Eevil");
  }

  @Test
  void whatACallPrintsIsSafeToShow() {
    child.withOutput(own::add).run(OwnOutputTest::escape);
    assertThat(lines()).containsExactly("web.stdout ?[31mred? ?evil");
  }
}
