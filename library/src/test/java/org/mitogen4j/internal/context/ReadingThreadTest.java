package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Chain;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

@Timeout(60)
class ReadingThreadTest {
  private Router router;
  private ContextRuntime context;

  @BeforeEach
  void open() {
    router = Router.create();
    context = TestRouters.of(router);
  }

  @AfterEach
  void close() {
    router.close();
  }

  @Test
  void theTestsRunWithAssertions() {
    assertThat(ReadingThread.class.desiredAssertionStatus()).isTrue();
  }

  @Test
  void otherThreadsMayWaitAndStartThreads() {
    assertThat(ReadingThread.isNot("wait for anything")).isTrue();
    assertThat(context.router.thread("of a test", () -> {})).isNotNull();
  }

  @Test
  void aReadingThreadMustNotStartAThread() throws Exception {
    assertThat(onAReadingThread(() -> context.router.thread("of a test", () -> {})))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("must not start a thread")
        .hasMessageContaining("of a test");
  }

  @Test
  void aReadingThreadMustNotWaitForCredit() throws Exception {
    assertThat(onAReadingThread(() -> new Credit(1).take(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("must not wait for credit");
  }

  @Test
  void aReadingThreadMustNotWaitForAnItem() throws Exception {
    Receiver<String> receiver = router.receiver(String.class);

    assertThat(onAReadingThread(receiver::get))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("must not wait for a message");
  }

  private void askForAClass() {
    Object unused = context.router.program().apply("org.example.Absent", null);
  }

  @Test
  void aReadingThreadMustNotAskForAClass() throws Exception {
    assertThat(onAReadingThread(this::askForAClass))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("must not ask for class org.example.Absent");
  }

  @Test
  void aReadingThreadMayHaveAPoolRunSomething() throws Exception {
    CompletableFuture<String> ran = new CompletableFuture<>();
    ElasticPool pool = new ElasticPool(context.threads, 1);

    assertThat(onAReadingThread(() -> pool.submit(() -> ran.complete("done")))).isNull();
    assertThat(ran.get(20, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void aChildProcessWithAssertionsKeepsTheRules() throws Exception {
    Context child = router.connect(Local.create().jvmArguments("-ea"));
    assertThat(child.call(ReadingThreadTest::assertionsAreOn)).isTrue();
    Receiver<Integer> numbers = router.receiver(Integer.class);

    child.fire(ReadingThreadTest::count, numbers.sender(), 10_000);
    try (Chain chain = child.chain()) {
      assertThat(chain.call(ReadingThreadTest::inAChildOfItsOwn)).isEqualTo(10_000);
    }

    int sum = 0;
    for (int number : numbers) {
      sum += number;
    }
    assertThat(sum).isEqualTo(49_995_000);
  }

  static boolean assertionsAreOn() {
    return ContextRuntime.class.desiredAssertionStatus();
  }

  static void count(Sender<Integer> sender, int n) {
    for (int i = 0; i < n; i++) {
      sender.send(i);
    }
    sender.close();
  }

  static int inAChildOfItsOwn() throws Exception {
    Context child = Router.current().connect(Local.create().jvmArguments("-ea"));
    Receiver<Integer> numbers = Router.current().receiver(Integer.class);
    child.fire(ReadingThreadTest::count, numbers.sender(), 10_000);
    int n = 0;
    for (Integer number : numbers) {
      n += number < 0 ? 0 : 1;
    }
    return n;
  }

  private interface Deed {
    void run() throws Exception;
  }

  /** What it throws on the thread that reads the link to a child; null for nothing. */
  private Throwable onAReadingThread(Deed deed) throws Exception {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Handler handler =
        new Handler() {
          {
            peer = ANYBODY;
          }

          @Override
          public void receive(Message message) {
            try {
              deed.run();
              outcome.complete(null);
            } catch (Throwable e) {
              outcome.complete(e);
            }
          }
        };
    long handle = context.router.open(handler);
    router.connect(InProcess.create()).run(ReadingThreadTest::send, handle);
    return outcome.get(20, TimeUnit.SECONDS);
  }

  static void send(long handle) {
    MessageRouter own = ((MessageRouter.Worker) Thread.currentThread()).router;
    own.send(own.parents[0], handle, 0, new Encoder(own, true), 0, false);
  }
}
