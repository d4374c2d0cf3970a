package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Calls that nobody waits for at once. */
@MitogenTest
class CallTest {
  private Router router;
  private Context child;

  @BeforeEach
  void use(Router router, @Child(name = "child") Context child) {
    this.router = router;
    this.child = child;
  }

  // ---- what runs in the child, and sees the statics of its own copy of this class

  private static volatile String ended = "not yet";
  private static volatile boolean begun;
  private static volatile Context grandchild;
  private static final CountDownLatch GO = new CountDownLatch(1);

  static int twice(int n) {
    return 2 * n;
  }

  static int lengthOf(byte[] bytes) {
    return bytes.length;
  }

  static int fail(String message) {
    throw new IllegalStateException(message);
  }

  static void sleep() {
    begun = true;
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      ended = Cancellation.reason();
    }
  }

  static boolean begun() {
    return begun;
  }

  static void compute() {
    begun = true;
    String why = null;
    while (why == null) {
      why = Cancellation.reason(); // never blocks
    }
    ended = why;
  }

  static String ended() {
    return ended;
  }

  static int size(byte[] bytes) {
    return bytes.length;
  }

  static byte[] bytes(int n) {
    return new byte[n];
  }

  static void awaitGo() throws InterruptedException {
    GO.await();
  }

  static void go() {
    GO.countDown();
  }

  static int throughGrandchild() {
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(grandchild.callAsync(CallTest::twice, i));
    }
    CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0])).join();
    return calls.stream().mapToInt(CompletableFuture::join).sum();
  }

  static int manyThroughGrandchild() throws Exception {
    grandchild = Router.current().connect(InProcess.create());
    Context self = Router.current().self();
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      calls.add(self.callAsync(CallTest::throughGrandchild));
    }
    return calls.stream().mapToInt(CompletableFuture::join).sum();
  }

  private void awaitBegun() throws Exception {
    Await.until(() -> child.call(CallTest::begun));
  }

  private void awaitEnded(String part) throws Exception {
    Await.until(() -> child.call(CallTest::ended).contains(part));
  }

  // ---- futures

  @Test
  void aCallKnowsItsContextAndIsAFuture() throws Exception {
    Call<Integer> call = child.callAsync(CallTest::twice, 21);

    assertThat(call.context()).isEqualTo(child);
    assertThat(call.get()).isEqualTo(42);
    assertThat(call.join()).isEqualTo(42);
    assertThat(call.thenApply(n -> n + 1).get(10, TimeUnit.SECONDS)).isEqualTo(43);
  }

  @Test
  void aFailureArrivesAsTheCauseOfWhatGetThrows() {
    Call<Integer> call = child.callAsync(CallTest::fail, "broken");

    assertThatThrownBy(call::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CallException.class)
        .hasMessageContaining("in child: java.lang.IllegalStateException: broken");
  }

  @Test
  void theStackOfAFailureEndsWithThatOfTheWaitingThread() {
    assertThatThrownBy(() -> child.call(CallTest::fail, "broken"))
        .satisfies(
            e -> {
              StackTraceElement[] stack = e.getStackTrace();
              assertThat(stack[0].getMethodName()).isEqualTo("fail");
              assertThat(stack[1].getClassName()).contains("called from");
              assertThat(stack[2].getClassName()).isEqualTo(CallTest.class.getName());
            });
    assertThatThrownBy(child.callAsync(CallTest::fail, "broken")::join)
        .satisfies(
            e -> {
              assertThat(e.getCause().getStackTrace()).hasSize(1);
              assertThat(e.getStackTrace())
                  .anyMatch(line -> line.getClassName().equals(CallTest.class.getName()));
            });
  }

  @Test
  void whatDependsOnACallMayBlockAndNeverRunsOnAReadingThread() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CompletableFuture<String> name =
        child
            .callAsync(CallTest::twice, 1)
            .thenApply(
                n -> {
                  try {
                    blocked.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return Thread.currentThread().getName();
                });

    assertThat(child.call(CallTest::twice, 2)).isEqualTo(4); // though it is blocked
    blocked.countDown();

    assertThat(name.get(10, TimeUnit.SECONDS)).doesNotContain(" read ");
  }

  @Test
  void moreFunctionsThanThreadsMayWaitForCalls() {
    assertThat(child.call(CallTest::manyThroughGrandchild)).isEqualTo(80 * 6);
  }

  @Test
  void aFirstCallMayAskForTheLibrarysClassesWhileALongOneComesIn() throws Exception {
    byte[] large = new byte[200_000];
    for (int i = 0; i < 30; i++) {
      try (Router other = Router.create()) {
        Context fresh = other.connect(InProcess.create());
        Call<Integer> first = fresh.callAsync(CallTest::fail, "broken");
        Call<Integer> second =
            fresh.withTimeout(Duration.ofSeconds(20)).callAsync(CallTest::size, large);

        assertThat(second.join()).isEqualTo(large.length);
        assertThatThrownBy(first::join).hasMessageContaining("broken");
      }
    }
  }

  // ---- ends

  @Test
  void cancellingInterruptsTheFunctionAndTellsItWhy() throws Exception {
    Call<Void> call = child.runAsync(CallTest::sleep);
    awaitBegun();

    assertThat(call.cancel(true)).isTrue();

    assertThatThrownBy(call::join).isInstanceOf(CancellationException.class);
    awaitEnded("CallTest#sleep()V in child (1) was cancelled by master");
  }

  @Test
  void aFunctionThatComputesCanAskWhetherItIsCancelled() throws Exception {
    Call<Void> call = child.runAsync(CallTest::compute);
    awaitBegun();

    call.cancel(true);

    awaitEnded("cancelled");
  }

  @Test
  void aTimeoutInterruptsTheFunctionToo() throws Exception {
    do { // where the machine is busy it may be over before it begins
      assertThatThrownBy(() -> child.withTimeout(Duration.ofMillis(50)).run(CallTest::sleep))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("CallTest#sleep()V in child (1) took longer than 50 ms");
    } while (!child.call(CallTest::begun));

    awaitEnded("took longer than 50 ms");
  }

  @Test
  void aTimeMayBeShorterThanAMillisecondAndAsLongAsThereIs() throws Exception {
    Duration forEver = ChronoUnit.FOREVER.getDuration();
    assertThat(child.withTimeout(forEver).call(CallTest::twice, 4)).isEqualTo(8);
    try (Receiver<Integer> receiver = router.receiver()) {
      try (Sender<Integer> sender = receiver.sender()) {
        sender.send(5);
      }
      assertThat(receiver.poll(forEver).get()).isEqualTo(5);
      assertThat(receiver.poll(forEver)).isNull(); // the end
    }
    Select<Integer> select = Select.<Integer>create().within(forEver);
    select.add(child.callAsync(CallTest::twice, 3));
    assertThat(select.poll(forEver).get()).isEqualTo(6);

    assertThatThrownBy(() -> child.withTimeout(Duration.ofNanos(10)).run(CallTest::sleep))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("took longer than PT0.00000001S");
  }

  @Test
  void anAsynchronousCallTimesOutToo() {
    Call<Void> call = child.withTimeout(Duration.ofMillis(50)).runAsync(CallTest::sleep);

    assertThatThrownBy(call::join).hasCauseInstanceOf(CallTimeoutException.class);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aCallThatWaitsForRoomTimesOutAndLeavesTheRoomToOthers() throws Exception {
    child.call(CallTest::size, new byte[100_000]); // from now on calls run on the pool
    for (int i = 0; i < 64; i++) {
      child.runAsync(CallTest::awaitGo);
    }
    for (int i = 0; i < 9; i++) { // more than all the room there is
      child.callAsync(CallTest::size, new byte[30_000]);
    }
    Context patient = child.withTimeout(Duration.ofMillis(100));

    assertThatThrownBy(() -> patient.call(CallTest::size, new byte[1000]))
        .isInstanceOf(CallTimeoutException.class);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aShortCallDoesNotWaitForRoomThatALongOneTakes() {
    child.call(CallTest::size, new byte[100_000]); // from now on calls run on the pool
    for (int i = 0; i < 64; i++) {
      child.runAsync(CallTest::awaitGo);
    }
    child.callAsync(CallTest::size, new byte[300_000]); // more than all the room for long ones

    assertThat(child.callAsync(CallTest::size, new byte[10]).isDone()).isFalse();
  }

  // ---- results that nobody wants

  /** Can't be sent. */
  static final class Unsendable {
    private final Thread thread = Thread.currentThread();

    Unsendable() {}

    static Unsendable make(int length) {
      if (length < 0) {
        throw new IllegalStateException("a length of " + length);
      }
      return new Unsendable();
    }

    static CompletableFuture<Unsendable> later(boolean fails) {
      return CompletableFuture.supplyAsync(
          () -> {
            if (fails) {
              throw new IllegalStateException("later");
            }
            return new Unsendable();
          });
    }

    @Override
    public String toString() {
      return thread.getName();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aResultThatNobodyWantsNeedNotBeSendable() throws Exception {
    assertThatThrownBy(() -> child.call(Unsendable::make, 1)).hasMessageContaining("Unsendable");

    child.run(Unsendable::make, 1);
    child.run(Unsendable::new);
    child.run(Unsendable::later, false);
    child.runAsync(Unsendable::make, 1).get(10, TimeUnit.SECONDS);
    try (Chain chain = child.chain()) {
      chain.run(Unsendable::make, 1);
    }
    try (Router young = Router.create()) {
      young.connect(InProcess.create()).run(Unsendable::make, 1);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aFailureIsWantedThoughTheResultIsNot() {
    assertThatThrownBy(() -> child.run(Unsendable::make, -1))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("a length of -1");
    assertThatThrownBy(() -> child.run(Unsendable::later, true))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("later");
  }

  // ---- fire and forget

  @Test
  void theFailureOfAForgottenCallIsLogged() throws Exception {
    try (Logged logged = new Logged()) {
      child.fire(CallTest::fail, "unheard");

      Await.until(() -> !logged.warnings().isEmpty());
      assertThat(logged.warnings().get(0))
          .contains("CallTest#fail", "child", "IllegalStateException: unheard");
    }
  }

  // ---- limits

  @Test
  void aMessageOverTheLimitIsRefusedWhereItIsSentAndUsesNothingUp() {
    byte[] large = new byte[129 << 20];

    assertThatThrownBy(() -> child.call(CallTest::size, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("135266")
        .hasMessageContaining("134217728");

    assertThat(child.call(CallTest::size, new byte[1 << 20])).isEqualTo(1 << 20);
  }

  @Test
  void aResultOverTheLimitFailsTheCall() {
    assertThatThrownBy(() -> child.call(CallTest::bytes, 129 << 20))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("134217728");
  }

  // ---- executor

  @Test
  void anExecutorRunsTasksInTheContext() throws Exception {
    ExecutorService executor = child.executor();

    Future<String> name =
        executor.submit((Callable<String> & Serializable) () -> Router.current().self().name());
    List<Callable<Integer>> tasks =
        Arrays.asList(
            (Callable<Integer> & Serializable) () -> twice(1),
            (Callable<Integer> & Serializable) () -> twice(2));

    assertThat(name.get()).isEqualTo("child");
    assertThat(executor.invokeAll(tasks)).extracting(Future::get).containsExactly(2, 4);
    assertThat(executor.invokeAny(tasks)).isIn(2, 4);
    ExecutorCompletionService<Integer> service = new ExecutorCompletionService<>(executor);
    tasks.forEach(service::submit);
    assertThat(service.take().get() + service.take().get()).isEqualTo(6);
  }

  @Test
  void anExecutorSaysWhichTaskItCantSend() {
    ExecutorService executor = child.executor();

    assertThatThrownBy(() -> executor.submit(() -> 1))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("is not Serializable")
        .hasMessageContaining("(Callable & Serializable)");
    assertThatThrownBy(() -> CompletableFuture.supplyAsync(() -> 1, executor))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("use callAsync");
  }

  @Test
  void shuttingAnExecutorDownEndsTheViewOnly() throws Exception {
    ExecutorService executor = child.executor();
    Future<?> sleeping = executor.submit((Runnable & Serializable) CallTest::sleep);

    executor.shutdown();

    assertThatThrownBy(() -> executor.submit((Runnable & Serializable) CallTest::sleep))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(executor.isTerminated()).isFalse();
    executor.shutdownNow();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(sleeping.isCancelled()).isTrue();
    assertThat(child.call(CallTest::twice, 3)).isEqualTo(6);
  }

  private static final CompletableFuture<byte[]> ANSWER = new CompletableFuture<>();

  static CompletableFuture<byte[]> later() {
    return ANSWER;
  }

  /** Completes it on a thread that is interrupted, and has to wait for room. */
  static void completeInterrupted(int length) {
    Thread thread =
        new Thread(
            () -> {
              while (ANSWER.getNumberOfDependents() == 0) {
                Thread.onSpinWait(); // until the call waits for it
              }
              Thread.currentThread().interrupt();
              ANSWER.complete(new byte[length]);
            });
    thread.start();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aResultThatAnInterruptedThreadCanNotSendIsAFailure() throws Exception {
    Context local = router.connect(Local.create());
    Call<?> call = local.callAsync(CallTest::later);
    Call<?> other = local.callAsync(CallTest::bytes, 100 << 20); // leaves it little room
    local.run(CallTest::completeInterrupted, 64 << 20);

    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
    assertThat(other.get(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aThreadThatIsInterruptedWhileSendingGetsAnException() throws Exception {
    Thread.currentThread().interrupt();
    Call<Integer> call = child.callAsync(CallTest::lengthOf, new byte[64 << 20]);
    assertThat(Thread.interrupted()).isTrue();

    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
        .hasMessageContaining("interrupted while sending")
        .cause()
        .isNotInstanceOf(DisconnectedException.class);
  }

  @Test
  void callsRightAfterTheStartDoNotUseTheCreditUp() throws Exception {
    for (int start = 0; start < 3; start++) {
      Context child = router.connect(Local.create());
      List<Call<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        calls.add(child.callAsync(CallTest::lengthOf, new byte[20]));
      }
      for (Call<Integer> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(20);
      }
    }
  }
}
