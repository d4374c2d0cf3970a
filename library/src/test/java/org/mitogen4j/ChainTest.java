package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Calls in order. */
@MitogenTest
class ChainTest {
  private Context child;

  @BeforeEach
  void use(@Child(name = "child") Context child) {
    this.child = child;
  }

  // ---- what runs in the child

  private static final List<Integer> RAN = Collections.synchronizedList(new ArrayList<>());
  private static final CountDownLatch GO = new CountDownLatch(1);

  static int run(int n) {
    RAN.add(n);
    return n;
  }

  static int runLarge(int n, byte[] much) {
    RAN.add(n);
    return much.length;
  }

  static int fail(int n) {
    RAN.add(n);
    throw new IllegalStateException("broken at " + n);
  }

  static void sleep() throws InterruptedException {
    RAN.add(-1);
    new CountDownLatch(1).await();
  }

  static void awaitGo() throws InterruptedException {
    GO.await();
  }

  static void go() {
    GO.countDown();
  }

  static CompletableFuture<Integer> later(int n) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            Thread.sleep(20); // the function has returned long before its result is there
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return run(n);
        });
  }

  static List<Integer> ran() {
    return new ArrayList<>(RAN);
  }

  /** What is kept for chains: handlers that a program can open, and entries of Chains. */
  static int kept() throws Exception {
    ContextRuntime full = ContextRuntime.of(((MessageRouter.Worker) Thread.currentThread()).router);
    Object chains = full.parts.get("chains");
    java.lang.reflect.Field map = chains.getClass().getDeclaredField("chains");
    map.setAccessible(true);
    long handlers = full.router.handlers.keySet().stream().filter(h -> h >= 1024).count();
    return ((Map<?, ?>) map.get(chains)).size() + (int) handlers;
  }

  // ----

  @Test
  void callsRunInTheirOrderHoweverLargeTheyAre() {
    List<Call<Integer>> calls = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    try (Chain chain = child.chain()) {
      for (int i = 0; i < 200; i++) {
        numbers.add(i);
        calls.add(
            i % 50 == 7
                ? chain.callAsync(ChainTest::runLarge, i, new byte[300_000])
                : chain.callAsync(ChainTest::run, i));
      }
    }

    for (int i = 0; i < 200; i++) {
      assertThat(calls.get(i).join()).isEqualTo(i % 50 == 7 ? 300_000 : i);
    }
    assertThat(child.call(ChainTest::ran)).isEqualTo(numbers);
  }

  @Test
  void afterTheFirstFailureTheRestFailsWithTheSameCauseAndDoesNotRun() {
    try (Chain chain = child.chain()) {
      Call<Integer> first = chain.callAsync(ChainTest::run, 1);
      Call<Integer> second = chain.callAsync(ChainTest::fail, 2);
      Call<Integer> third = chain.callAsync(ChainTest::run, 3);

      assertThat(first.join()).isEqualTo(1);
      assertThatThrownBy(second::join).hasMessageContaining("broken at 2");
      assertThatThrownBy(third::join).hasMessageContaining("broken at 2");
      assertThatThrownBy(() -> chain.call(ChainTest::run, 4))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("broken at 2");
    }

    assertThat(child.call(ChainTest::ran)).containsExactly(1, 2);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void chainsDoNotWaitForEachOtherAndKeepNoThread() {
    List<Call<Integer>> behind = new ArrayList<>();
    Chain slow = child.chain();
    slow.runAsync(ChainTest::awaitGo);
    for (int i = 0; i < 100; i++) {
      behind.add(slow.callAsync(ChainTest::run, i));
    }

    assertThat(child.chain().call(ChainTest::run, 1000)).isEqualTo(1000);
    assertThat(child.call(ChainTest::ran)).containsExactly(1000);
    child.run(ChainTest::go);

    behind.forEach(CompletableFuture::join);
    assertThat(child.call(ChainTest::ran)).hasSize(101);
    slow.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aResultThatIsStillToComeIsWaitedFor() {
    try (Chain chain = child.chain()) {
      chain.fire(ChainTest::later, 1);
      chain.fire(ChainTest::run, 2);
      assertThat(chain.call(ChainTest::ran)).containsExactly(1, 2);
    }
  }

  @Test
  void aCancelledCallIsInterruptedAndFailsTheRest() throws Exception {
    Chain chain = child.chain();
    Call<Void> sleeping = chain.runAsync(ChainTest::sleep);
    Await.until(() -> child.call(ChainTest::ran).contains(-1));
    Call<Integer> behind = chain.callAsync(ChainTest::run, 1);

    sleeping.cancel(true);

    assertThatThrownBy(sleeping::join).isInstanceOf(CancellationException.class);
    assertThatThrownBy(behind::join).hasMessageContaining("InterruptedException");
    assertThat(child.call(ChainTest::ran)).containsExactly(-1);
    chain.close();
  }

  @Test
  void aCallThatCantBeWrittenIsNoneOfTheChain() {
    try (Chain chain = child.chain()) {
      chain.fire(ChainTest::run, 1);
      assertThatThrownBy(() -> chain.call(ChainTest::runLarge, 2, new byte[129 << 20]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("134217728");
      assertThat(chain.call(ChainTest::run, 3)).isEqualTo(3);
    }
  }

  @Test
  void aCallThatTimesOutBeforeItIsSentLeavesTheChainWhole() {
    Chain chain = child.withTimeout(Duration.ofMillis(200)).chain();
    Call<Void> waits = chain.runAsync(ChainTest::awaitGo);
    Call<Integer> large = chain.callAsync(ChainTest::runLarge, 1, new byte[400_000]);
    Call<Integer> noRoom = chain.callAsync(ChainTest::run, 2);

    assertThatThrownBy(waits::join).hasCauseInstanceOf(CallTimeoutException.class);
    assertThatThrownBy(large::join).isNotNull();
    assertThatThrownBy(noRoom::join).isNotNull();
    assertThat(child.call(ChainTest::ran)).isEmpty();
    chain.close();
  }

  @Test
  void nothingIsKeptOfAChainThatIsClosed() throws Exception {
    child.chain().fire(ChainTest::run, 0); // stays
    for (int i = 0; i < 50; i++) {
      try (Chain chain = child.chain()) {
        chain.fire(ChainTest::run, i);
        chain.run(ChainTest::run, i);
      }
    }

    Await.until(() -> child.call(ChainTest::kept) == 2);
  }

  @Test
  void aClosedChainTakesNoMore() {
    Chain chain = child.chain();
    chain.close();

    assertThatThrownBy(() -> chain.call(ChainTest::run, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
