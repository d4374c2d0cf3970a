package org.mitogen4j.internal.context.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.MessageRouter;

@Timeout(20)
class ElasticPoolTest {
  private final MessageRouter router =
      new MessageRouter(
          new Object[] {0, new Object[0], "test"}, new ClassCache(new byte[0], new byte[0]));
  private final Clock clock = new Clock(router, () -> {});
  private final ThreadCache threads = new ThreadCache(router, clock);
  private final ElasticPool workers = new ElasticPool(threads);

  @BeforeEach
  void open() {
    threads.start("clock", clock);
  }

  @AfterEach
  void close() {
    clock.close();
    threads.close();
  }

  @Test
  void anIdleThreadKeepsNothingOfItsLastWork() throws Exception {
    List<WeakReference<Runnable>> done = new ArrayList<>();
    CountDownLatch together = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      done.add(submit(new Meeting(together)));
    }

    assertThat(together.await(5, TimeUnit.SECONDS)).isTrue();
    for (WeakReference<Runnable> work : done) {
      awaitForgotten(work);
    }
  }

  private WeakReference<Runnable> submit(Runnable work) {
    workers.submit(work);
    return new WeakReference<>(work);
  }

  /** Runs beside others of its kind, so that each has a thread of its own. */
  private static final class Meeting implements Runnable {
    private final CountDownLatch all;

    Meeting(CountDownLatch all) {
      this.all = all;
    }

    @Override
    public void run() {
      all.countDown();
      try {
        all.await(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void awaitForgotten(WeakReference<?> reference) throws Exception {
    Await.until(
        () -> {
          System.gc();
          return reference.get() == null;
        });
  }

  @Test
  void workThatThrowsCostsNoThread() throws Exception {
    CountDownLatch thrown = new CountDownLatch(2 * ElasticPool.MAX);
    for (int i = 0; i < 2 * ElasticPool.MAX; i++) {
      workers.submit(
          () -> {
            Thread.currentThread()
                .setUncaughtExceptionHandler(
                    (t, e) -> {
                      thrown.countDown();
                      throw new IllegalStateException("as it is to, too");
                    });
            throw new IllegalStateException("as it is to");
          });
    }

    assertThat(thrown.await(10, TimeUnit.SECONDS)).isTrue();
    CountDownLatch last = new CountDownLatch(1);
    workers.submit(last::countDown);
    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void noMoreThreadsRunThanTheMost() throws Exception {
    workers.setMax(3);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch through = new CountDownLatch(60);
    CountDownLatch three = new CountDownLatch(3);
    for (int i = 0; i < 60; i++) {
      workers.submit(
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.countDown();
            await(three); // so that there are as many as may be
            running.decrementAndGet();
            through.countDown();
          });
    }

    assertThat(through.await(15, TimeUnit.SECONDS)).isTrue();
    assertThat(most).hasValue(3);
  }

  @Test
  void theEndInterruptsWhatRunsAndReturnsWhatWaits() throws Exception {
    workers.setMax(1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    workers.submit(
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    Runnable waiting = () -> begun.countDown();
    assertThat(workers.submit(waiting)).isTrue();

    assertThat(workers.end()).containsExactly(waiting);

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(workers.submit(waiting)).isFalse();
  }

  @Test
  void poolsShareTheThreadsOfTheirContext() throws Exception {
    Set<Thread> used = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 20; i++) {
      CountDownLatch ran = new CountDownLatch(1);
      new ElasticPool(threads)
          .submit(
              () -> {
                used.add(Thread.currentThread());
                ran.countDown();
              });
      assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
      Await.until(threads::hasFree);
    }

    assertThat(used).hasSize(1);
  }

  @Test
  void tasksThatBlockHoldUpNoFurtherOnes() throws Exception {
    CountDownLatch all = new CountDownLatch(ElasticPool.MAX);
    for (int i = 0; i < ElasticPool.MAX; i++) {
      workers.submit(new Meeting(all));
    }

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aThreadThatBecomesIdleTakesWhatWaitsForANewOne() throws Exception {
    CountDownLatch starts = new CountDownLatch(1);
    MessageRouter slow =
        new MessageRouter(
            new Object[] {0, new Object[0], "slow"}, new ClassCache(new byte[0], new byte[0])) {
          @Override
          public Thread thread(String role, Runnable work) {
            if (role.equals("pool 2")) {
              ElasticPoolTest.await(starts);
            }
            return super.thread(role, work);
          }
        };
    ThreadCache few = new ThreadCache(slow, clock);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    new ElasticPool(few)
        .submit(
            () -> {
              begun.countDown();
              await(free);
            });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    CountDownLatch ran = new CountDownLatch(1);
    new ElasticPool(few).submit(ran::countDown); // for a second thread, which does not start
    free.countDown();

    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    starts.countDown();
    few.close();
  }

  @Test
  void whatIsSubmittedWhenTheContextHasEndedRunsAllTheSame() throws Exception {
    CountDownLatch all = new CountDownLatch(10);
    clock.close();
    threads.close();
    for (int i = 0; i < 10; i++) {
      workers.submit(new Meeting(all)); // each needs a thread of its own
    }

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tasksThatWaitWhenTheContextEndsRunAllTheSame() throws Exception {
    CountDownLatch all = new CountDownLatch(30);
    for (int i = 0; i < 30; i++) {
      workers.submit(new Meeting(all));
    }
    clock.close();
    threads.close();

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptStopsNeitherTheClockNorTheStarterOfThreads() throws Exception {
    Await.until(clock::runs);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().matches("mitogen test (clock|starter)")) {
        thread.interrupt();
      }
    }

    CountDownLatch rang = new CountDownLatch(2);
    clock.at(workers, rang::countDown, 10, TimeUnit.MILLISECONDS);
    threads.start("of its own", rang::countDown);
    assertThat(rang.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatATaskChangesOfItsThreadDoesNotReachTheNextOfAnotherPool() throws Exception {
    CountDownLatch changed = new CountDownLatch(1);
    workers.submit(
        () -> {
          Thread.currentThread().setName("changed");
          Thread.currentThread().interrupt();
          changed.countDown();
        });
    assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
    Await.until(threads::hasFree);
    CompletableFuture<String> next = new CompletableFuture<>();
    new ElasticPool(threads)
        .submit(
            () -> {
              Thread current = Thread.currentThread();
              next.complete(current.getName() + " " + current.isInterrupted());
            });

    assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("mitogen test pool 1 false");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
