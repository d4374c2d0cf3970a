package org.mitogen4j.internal.context.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.kernel.ClassCache;

/** A class that may come without a question is waited for, as long as classes are coming. */
class ClassBlocksTest {
  private static final byte[] CLASS = {0, 0, 0, 1, 1};
  private static final String NAME = "program.Class";

  private final ClassCache classes = new ClassCache(new byte[0], new byte[0]);
  private final ClassBlocks blocks = new ClassBlocks(classes, null);
  private final CountDownLatch begun = new CountDownLatch(1);
  private Thread waiting;

  private void tell(int coming) {
    classes.keep(ResourceKey.COMING, new byte[] {(byte) coming});
  }

  private void beginToWait() throws InterruptedException {
    waiting =
        new Thread(
            () -> {
              begun.countDown();
              while (classes.kept(NAME) == null && classes.kept("end") == null) {
                blocks.awaitComing(NAME);
              }
            });
    waiting.start();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void nothingWaits() throws InterruptedException {
    classes.keep("end", CLASS);
    if (waiting != null) {
      waiting.join(60_000);
      assertThat(waiting.isAlive()).isFalse();
    }
  }

  @Test
  void aClassThatComesEndsTheWait() throws Exception {
    tell(ResourceKey.IS_COMING);
    beginToWait();

    classes.keep(NAME, CLASS);
    waiting.join(60_000);

    assertThat(waiting.isAlive()).isFalse();
  }

  @Test
  void theEndOfWhatIsComingEndsTheWait() {
    tell(ResourceKey.IS_COMING);
    tell(0);

    long begin = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      blocks.awaitComing(NAME); // else half a second each time
    }

    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(60));
  }

  @Test
  void aParentThatSaysThatClassesAreComingAndSendsNoneIsAskedAfterAWhile() {
    tell(ResourceKey.IS_COMING);

    long begin = System.nanoTime();
    blocks.awaitComing(NAME);

    assertThat(System.nanoTime() - begin)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(400), TimeUnit.SECONDS.toNanos(60));
  }

  @Test
  void anInterruptIsKeptWhileAClassIsWaitedFor() {
    tell(ResourceKey.IS_COMING);
    Thread.currentThread().interrupt();

    blocks.awaitComing(NAME);

    assertThat(Thread.interrupted()).isTrue();
  }
}
