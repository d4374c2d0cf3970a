package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.MessageRouter;

@Timeout(20)
class ElasticPoolTest {
  private final ElasticPool workers =
      new ElasticPool(
          new MessageRouter(
              new Object[] {0, new Object[0], "test"}, new ClassCache(new byte[0], new byte[0])),
          "work");

  @AfterEach
  void close() {
    workers.close();
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
            Thread.currentThread().setUncaughtExceptionHandler((t, e) -> thrown.countDown());
            throw new IllegalStateException("as it is to");
          });
    }

    assertThat(thrown.await(10, TimeUnit.SECONDS)).isTrue();
    CountDownLatch last = new CountDownLatch(1);
    workers.submit(last::countDown);
    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
