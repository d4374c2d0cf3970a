package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.CallTimeoutException;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Message;

/** A timeout is kept whatever the other side does; a side that does not read is noticed. */
@Timeout(60)
class DeadlineTest {
  private static final Duration LIMIT = Duration.ofMillis(500);

  /** How late a timeout may be on a busy machine, in milliseconds. */
  private static final long LATE = 1500;

  private static final long HEARTBEAT = 300;

  /** No heartbeat helps within the test. */
  private static final long RARE = 60_000;

  // ---- what runs in the children

  private static volatile Sender<Integer> ticks;

  static int size(byte[] bytes) {
    return bytes.length;
  }

  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  static int twice(int n) {
    return 2 * n;
  }

  /** Sends something again and again, whether or not anything is read here. */
  static void tick(Sender<Integer> to) {
    ticks = to;
    Thread thread =
        new Thread(
            () -> {
              for (int i = 0; ; i++) {
                ticks.send(i);
                try {
                  Thread.sleep(50);
                } catch (InterruptedException e) {
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes as long to read as the test wants; but not in the child, which has its own gate. */
  @SuppressWarnings("ArrayRecordComponent") // only its length counts
  public record Slow(byte[] padding) {
    static volatile CountDownLatch gate = new CountDownLatch(0);

    public Slow {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static Slow slow() {
    return new Slow(new byte[4000]);
  }

  // ---- the checks

  private static long millis(Callable<?> timed) {
    long begun = System.nanoTime();
    assertThatThrownBy(timed::call).isInstanceOf(CallTimeoutException.class);
    return (System.nanoTime() - begun) / 1_000_000;
  }

  private static void isKept(Callable<?> timed) {
    assertThat(millis(timed)).isBetween(LIMIT.toMillis() - 1, LIMIT.toMillis() + LATE);
  }

  /** Side by side: each fails in time, though it may be since the link has ended meanwhile. */
  private static void endInTime(int times, Callable<?> timed) throws Exception {
    List<FutureTask<Void>> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                long begun = System.nanoTime();
                assertThatThrownBy(timed::call)
                    .isInstanceOfAny(CallTimeoutException.class, DisconnectedException.class);
                assertThat((System.nanoTime() - begun) / 1_000_000)
                    .isLessThan(LIMIT.toMillis() + LATE);
                return null;
              });
      all.add(task);
      Thread thread = new Thread(task, "timed " + i);
      thread.setDaemon(true);
      thread.start();
    }
    for (FutureTask<Void> task : all) {
      task.get(20, TimeUnit.SECONDS);
    }
  }

  /** A scripted child that never reads, and writes something every 50 milliseconds. */
  private static void chatter(HostileTree t, long acknowledged) {
    Thread thread =
        new Thread(
            () -> {
              try {
                for (; ; ) {
                  t.peer.send(Handle.LINK, Handle.ACK, acknowledged, Message.EMPTY);
                  Thread.sleep(50);
                }
              } catch (Exception ended) {
                // so the test is over, or the link
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  // ---- writing

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void aTimeoutIsKeptThoughTheChildDoesNotReadWhateverItAcknowledges(long acknowledged)
      throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER, RARE, false)) {
      chatter(t, acknowledged);
      Context timed = t.hostile.withTimeout(LIMIT);
      endInTime(80, () -> timed.call(DeadlineTest::size, new byte[200_000]));
      endInTime(1, () -> timed.call(DeadlineTest::twice, 1));
      Call<Integer> late = timed.callAsync(DeadlineTest::size, new byte[9_000_000]);
      assertThat(late).isCompletedExceptionally();
      isKept(
          () -> {
            t.honest.withTimeout(LIMIT).run(DeadlineTest::hang);
            return null;
          });
      t.othersWork();
    }
  }

  @Test
  void aTimeoutIsKeptThoughTheRelayToARealChildTakesNothing() throws Exception {
    try (Router master = TestRouters.create(1 << 24, false, RARE)) {
      Context child = master.connect(new StoppableLine());
      Context honest = master.connect(InProcess.create());
      Receiver<Integer> received = master.receiver();
      child.run(DeadlineTest::tick, received.sender());
      assertThat(received.get()).isZero();
      assertThat(child.call(DeadlineTest::size, new byte[200_000])).isEqualTo(200_000);
      StoppableLine.stopped = true;
      Context timed = child.withTimeout(LIMIT);
      endInTime(80, () -> timed.call(DeadlineTest::size, new byte[200_000]));
      Call<Void> hangs = honest.withTimeout(LIMIT).runAsync(DeadlineTest::hang);
      assertThatThrownBy(() -> hangs.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CallTimeoutException.class);
      assertThat(honest.callAsync(DeadlineTest::twice, 2).get(10, TimeUnit.SECONDS)).isEqualTo(4);
    } finally {
      StoppableLine.stopped = false;
    }
  }

  // ---- the heartbeat

  @ParameterizedTest
  @EnumSource
  void aScriptedChildThatDoesNotReadIsEndedWhateverItWrites(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, HEARTBEAT, false)) {
      chatter(t, 0);
      assertThatThrownBy(() -> t.hostile.call(DeadlineTest::size, new byte[200_000]))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("it has read nothing for");
      t.othersWork();
    }
  }

  @Test
  void aRealChildBehindARelayThatTakesNothingIsEndedWhateverItWrites() throws Exception {
    try (Router master = TestRouters.create(1 << 24, false, HEARTBEAT)) {
      Context child = master.connect(new StoppableLine());
      Receiver<Integer> received = master.receiver();
      child.run(DeadlineTest::tick, received.sender());
      assertThat(received.get()).isZero();
      Call<Void> call = child.runAsync(DeadlineTest::hang);
      StoppableLine.stopped = true;

      // which of the two ends finds first that the other is lost is open: the child hears nothing
      assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(DisconnectedException.class);
    } finally {
      StoppableLine.stopped = false;
    }
  }

  @Test
  void aChildThatReadsAndSaysNothingByItselfLives() throws Exception {
    try (Router master = TestRouters.create(1 << 24, false, HEARTBEAT)) {
      Context child = master.connect(new StoppableLine());
      Context timed =
          child.withTimeout(Duration.ofMillis(8 * HEARTBEAT)); // enough to be ended twice
      assertThatThrownBy(() -> timed.run(DeadlineTest::hang))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(child.call(DeadlineTest::size, new byte[5_000_000])).isEqualTo(5_000_000);
      for (int i = 0; i < 10; i++) { // the heartbeat has been running for long when these come up
        Context late = master.connect(InProcess.create());
        assertThat(late.call(DeadlineTest::size, new byte[500_000])).isEqualTo(500_000);
        assertThatThrownBy(
                () -> late.withTimeout(Duration.ofMillis(HEARTBEAT)).run(DeadlineTest::hang))
            .isInstanceOf(CallTimeoutException.class);
      }
    }
  }

  // ---- reading answers

  @Test
  void answersThatAreSlowToReadDelayNeitherTimeoutsNorAnswersOfOthers() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (Router master = TestRouters.create(1 << 24, false, RARE)) {
      Context slow = master.connect(InProcess.create().name("slow"));
      Context honest = master.connect(InProcess.create().name("honest"));
      assertThat(slow.call(DeadlineTest::slow).padding()).hasSize(4000);
      Slow.gate = gate;
      List<Call<Slow>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(slow.callAsync(DeadlineTest::slow));
      }
      Await.until(() -> slow.workload().running() == 0);

      isKept(() -> slow.withTimeout(LIMIT).call(DeadlineTest::slow));
      Call<Slow> late = slow.withTimeout(LIMIT).callAsync(DeadlineTest::slow);
      assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CallTimeoutException.class);
      Call<Void> hangs = honest.withTimeout(LIMIT).runAsync(DeadlineTest::hang);
      assertThatThrownBy(() -> hangs.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CallTimeoutException.class);
      assertThat(honest.callAsync(DeadlineTest::twice, 2).get(10, TimeUnit.SECONDS)).isEqualTo(4);
      assertThat(
              honest
                  .callAsync(DeadlineTest::bytes, 100_000)
                  .thenApply(b -> b.length)
                  .get(10, TimeUnit.SECONDS))
          .isEqualTo(100_000);

      gate.countDown();
      for (Call<Slow> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS).padding()).hasSize(4000);
      }
    } finally {
      gate.countDown();
    }
  }

  static byte[] bytes(int length) {
    return new byte[length];
  }
}
