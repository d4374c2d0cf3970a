package org.mitogen4j.internal.context.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.MessageRouter;

@Timeout(20)
class ClockTest {
  private final CountDownLatch halted = new CountDownLatch(1);
  private final MessageRouter router =
      new MessageRouter(
          new Object[] {0, new Object[0], "test"}, new ClassCache(new byte[0], new byte[0]));
  private final Clock clock = new Clock(router, halted::countDown);
  private final ThreadCache threads = new ThreadCache(router, clock);
  private final ElasticPool pool = new ElasticPool(threads);
  private final BlockingQueue<String> rang = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() {
    threads.start("clock", clock);
  }

  @AfterEach
  void close() {
    clock.close();
    threads.close();
  }

  private Clock.Alarm at(String name, long millis) {
    return clock.at(pool, () -> rang.add(name), millis, TimeUnit.MILLISECONDS);
  }

  private String next() throws InterruptedException {
    return rang.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void alarmsRingInTheOrderOfTheirTimes() throws Exception {
    pool.setMax(1); // so that they also run in that order
    at("third", 90);
    at("first", 30);
    at("second", 60);
    at("at once", -5);

    assertThat(next()).isEqualTo("at once");
    assertThat(next()).isEqualTo("first");
    assertThat(next()).isEqualTo("second");
    assertThat(next()).isEqualTo("third");
  }

  @Test
  void anAlarmDoesNotRingAheadOfItsTime() throws Exception {
    long set = System.nanoTime();
    at("due", 50);
    assertThat(next()).isEqualTo("due");

    assertThat(System.nanoTime() - set).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
  }

  @Test
  void aCancelledAlarmDoesNotRing() throws Exception {
    at("cancelled", 50).cancel();
    at("later", 100);

    assertThat(next()).isEqualTo("later");
  }

  @Test
  void alarmsOfAnyLengthCanBeSet() throws Exception {
    clock.at(pool, () -> rang.add("in an age"), Long.MAX_VALUE, TimeUnit.DAYS);
    at("soon", 10);

    assertThat(next()).isEqualTo("soon");
    assertThat(rang).isEmpty();
  }

  @Test
  void workThatHangsHoldsUpNeitherAlarmsNorBeats() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    for (int i = 0; i < 10; i++) {
      Runnable hangs = () -> awaitQuietly(free);
      clock.at(pool, hangs, 0, TimeUnit.MILLISECONDS);
    }
    AtomicInteger looks = new AtomicInteger();
    clock.every(
        () -> {
          looks.incrementAndGet();
          return 5;
        });
    at("not held up", 20);

    assertThat(next()).isEqualTo("not held up");
    Await.until(() -> looks.get() > 3);
    free.countDown();
  }

  @Test
  void aBeatThatFailsIsCalledAgain() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    clock.every(
        () -> {
          looks.incrementAndGet();
          throw new OutOfMemoryError("as it is to");
        });

    Await.until(() -> looks.get() > 2);
  }

  @Test
  void aBeatThatRestsIsCalledWhenItIsWanted() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Clock.Beat beat =
        () -> {
          looks.incrementAndGet();
          return Clock.NEVER;
        };
    clock.every(beat);
    Await.until(() -> looks.get() == 1);

    clock.soon(beat);

    Await.until(() -> looks.get() == 2);
  }

  @Test
  void theProcessIsHaltedInTimeWhateverElseIsDue() throws Exception {
    at("later", 60_000);
    clock.haltAfter(30);

    assertThat(halted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSilentClockForgetsItsAlarmsAndTakesNone() throws Exception {
    at("forgotten", 30);
    clock.silence();

    assertThatThrownBy(() -> at("refused", 0))
        .isInstanceOf(DeadException.class)
        .hasMessage("test is closed");
    assertThat(rang.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
