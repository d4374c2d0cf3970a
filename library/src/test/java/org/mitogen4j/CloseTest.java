package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Who waits for what can't come any more is woken when the router is closed. */
@Timeout(30)
class CloseTest {
  private Set<Thread> before;
  private Router router;

  @BeforeEach
  void create() {
    before = Thread.getAllStackTraces().keySet();
    router = Router.create();
  }

  /** None of the threads is left that came with the router. */
  @AfterEach
  void nothingIsLeft() throws Exception {
    router.close();
    Await.until(() -> ours().isEmpty());
  }

  private Map<String, Thread> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.isAlive() && !before.contains(t) && t.getName().startsWith("mitogen"))
        .filter(t -> !t.getName().startsWith("mitogen end"))
        .collect(Collectors.toMap(t -> t.getName() + " " + t.getId(), t -> t));
  }

  private void closingEnds(ThrowingCallable waiting, Class<? extends Exception> how)
      throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              try {
                waiting.call();
              } catch (Exception | Error e) {
                throw e;
              } catch (Throwable e) {
                throw new AssertionError(e);
              }
              return null;
            });
    Thread thread = new Thread(task, "waiting");
    thread.start();
    Await.until(
        () ->
            thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);

    router.close();

    assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(how)
        .message()
        .containsPattern("closed|shut down");
  }

  @Test
  void closingWakesAReaderOfAReceiverWithoutASender() throws Exception {
    Receiver<String> receiver = router.receiver();
    closingEnds(receiver::get, ClosedException.class);
  }

  @Test
  void closingWakesAReaderWhoseSenderWasNotUsed() throws Exception {
    Receiver<String> receiver = router.receiver();
    try (Sender<String> sender = receiver.sender()) {
      assertThat(sender).isNotNull();
      closingEnds(receiver::get, ClosedException.class);
    }
  }

  @Test
  void closingWakesASelectOfAReceiver() throws Exception {
    Receiver<String> receiver = router.receiver();
    Select<String> select = Select.<String>create().add(receiver);
    closingEnds(select::get, NoSuchElementException.class);
  }

  @Test
  void closingWakesAReaderOfASilentChannel() throws Exception {
    Channel<String, String> channel = router.channel();
    closingEnds(channel::get, ClosedException.class);
  }

  @Test
  void closingWakesAReaderOfAChannelWhoseOtherEndIsNotUsed() throws Exception {
    Channel<String, String> channel = router.channel();
    closingEnds(() -> channel.send("hello"), ClosedException.class);
  }

  @Test
  void closingWakesASenderToAFullReceiver() throws Exception {
    Receiver<byte[]> receiver = router.receiver();
    Sender<byte[]> sender = receiver.sender();
    closingEnds(
        () -> {
          for (; ; ) {
            sender.send(new byte[10_000]);
          }
        },
        ClosedException.class);
  }

  static final CountDownLatch NEVER = new CountDownLatch(1);

  static void block() throws InterruptedException {
    NEVER.await();
  }

  @Test
  void closingEndsACallInTheSameContext() throws Exception {
    closingEnds(() -> router.self().run(CloseTest::block), DisconnectedException.class);
  }

  static String receive() {
    Receiver<String> receiver = Router.current().receiver();
    return receiver.get();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void closingEndsAFunctionThatWaitsInAnInProcessContext() throws Exception {
    Context child = router.connect(InProcess.create());
    child.runAsync(CloseTest::block);
    closingEnds(() -> child.call(CloseTest::receive), DisconnectedException.class);
  }

  @Test
  void aClosedRouterOpensNothingNew() {
    router.close();

    assertThatThrownBy(router::receiver)
        .isInstanceOf(ClosedException.class)
        .hasMessage("the router is closed");
  }

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static void end() {
    Router.current().close();
  }

  static void endWhateverHangs() {
    Runtime.getRuntime().addShutdownHook(new Thread(CloseTest::forEver));
    end();
  }

  @SuppressWarnings("InfiniteLoopStatement")
  private static void forEver() {
    for (; ; ) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aContextEndsWithItsOwnRouter() throws Exception {
    Context child = router.connect(Local.create());
    ProcessHandle process = ProcessHandle.of(child.call(CloseTest::pid)).orElseThrow();
    child.connect(InProcess.create()).call(CloseTest::pid);

    assertThatThrownBy(() -> child.run(CloseTest::endWhateverHangs))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageEndingWith("is gone: shut down");

    Await.until(() -> router.contexts().isEmpty() && !process.isAlive());
  }

  @Test
  void aContextInTheSameProcessEndsWithItsOwnRouter() throws Exception {
    Context child = router.connect(InProcess.create());

    assertThatThrownBy(() -> child.run(CloseTest::end))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageEndingWith("is gone: shut down");

    Await.until(() -> router.contexts().isEmpty());
  }

  static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  static int one() {
    return 1;
  }

  @Test
  void whatIsUnderWayEndsHoweverOftenRoutersAreClosed() throws Exception {
    List<CompletableFuture<Void>> closers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closers.add(CompletableFuture.runAsync(CloseTest::closeOften));
    }
    for (CompletableFuture<Void> closer : closers) {
      closer.get(50, TimeUnit.SECONDS);
    }
  }

  private static void closeOften() {
    for (int i = 0; i < 25; i++) {
      Call<Void> underWay;
      try (Router router = Router.create()) {
        Context child = router.connect(InProcess.create());
        underWay = child.runAsync(CloseTest::waitForEver);
        child.call(CloseTest::one);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      assertThatThrownBy(() -> underWay.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(MitogenException.class); // lost, or interrupted
    }
  }

  @Test
  void aStartThatWaitsForItsTurnIsNotBegunAtTheEnd(@TempDir Path folder) throws Exception {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Context waiting;
    try (Router narrow = Router.create(RouterOptions.defaults().connecting(1))) {
      narrow.connectAsync(CommandPrefix.of("sh", "-c", "touch '" + first + "';exec sleep 100"));
      Await.until(() -> Files.exists(first));
      waiting =
          narrow.connectAsync(
              CommandPrefix.of("sh", "-c", "touch '" + second + "';exec \"$@\"", "sh"));
    }
    assertThatThrownBy(() -> waiting.ready().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(second).doesNotExist();
  }
}
