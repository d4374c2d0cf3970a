package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** Results as they come. */
@MitogenTest
class SelectTest {
  private Router router;
  private final List<Context> contexts = new ArrayList<>();

  @BeforeEach
  void use(Router router) {
    this.router = router;
  }

  private void connect(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      contexts.add(router.connect(InProcess.create().name("c" + i)));
    }
  }

  // ---- what runs in the children

  private static volatile boolean interrupted;

  static int id() {
    return Router.current().self().id();
  }

  static int failInTheSecond() {
    if (id() == 2) {
      throw new IllegalStateException("I am the second");
    }
    return id();
  }

  static int hangInTheSecond() throws InterruptedException {
    if (id() == 2) {
      hang();
    }
    return id();
  }

  static int hang() throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted = true;
      throw e;
    }
    return 0;
  }

  static boolean interrupted() {
    return interrupted;
  }

  static int dieOrHangOrSum(byte[] some) throws InterruptedException {
    String name = Router.current().self().name();
    if (name.startsWith("dies")) {
      Runtime.getRuntime().halt(3);
    } else if (name.startsWith("hangs")) {
      hang();
    }
    return some.length;
  }

  // ----

  @Test
  void everyContextAnswers() throws Exception {
    connect(5);

    List<Integer> ids = new ArrayList<>();
    for (Reply<Integer> reply : Select.all(contexts, c -> c.callAsync(SelectTest::id))) {
      assertThat(reply.get()).isEqualTo(reply.context().id());
      ids.add(reply.get());
    }

    assertThat(ids).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
  }

  @Test
  void aFailureIsAReplyAndHidesNoOther() throws Exception {
    connect(3);

    Map<Integer, Reply<Integer>> replies = new HashMap<>();
    for (Reply<Integer> r : Select.all(contexts, c -> c.callAsync(SelectTest::failInTheSecond))) {
      replies.put(r.context().id(), r);
    }

    assertThat(replies).hasSize(3);
    assertThat(replies.get(1).get()).isEqualTo(1);
    assertThat(replies.get(2).failed()).isTrue();
    assertThat(replies.get(2).failure()).isInstanceOf(CallException.class);
    assertThatThrownBy(replies.get(2)::get).hasMessageContaining("I am the second");
    assertThat(replies.get(3).failed()).isFalse();
  }

  @Test
  void whatTheStartingFunctionThrowsIsItsContextsReply() throws Exception {
    connect(2);

    List<Reply<Integer>> replies = new ArrayList<>();
    Select.all(
            contexts,
            c -> {
              if (c.id() == 1) {
                throw new IllegalArgumentException("not this one");
              }
              return c.callAsync(SelectTest::id);
            })
        .forEach(replies::add);

    assertThat(replies).hasSize(2);
    assertThat(replies).filteredOn(Reply::failed).extracting(r -> r.context().id()).containsOnly(1);
  }

  @Test
  void atTheDeadlineWhatHasNotAnsweredFailsAndIsCancelled() throws Exception {
    connect(3);

    Map<Integer, Reply<Integer>> replies = new HashMap<>();
    for (Reply<Integer> r :
        Select.all(contexts, c -> c.callAsync(SelectTest::hangInTheSecond))
            .within(Duration.ofMillis(500))) {
      replies.put(r.context().id(), r);
    }

    assertThat(replies.get(1).get()).isEqualTo(1);
    assertThat(replies.get(3).get()).isEqualTo(3);
    assertThat(replies.get(2).failure())
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("c1 (2) has not answered within PT0.5S");
    Await.until(() -> contexts.get(1).call(SelectTest::interrupted));
  }

  @Test
  void callsThatWereNotBegunAtTheDeadlineAreAccountedFor() throws Exception {
    connect(3);
    AtomicInteger begun = new AtomicInteger();

    List<Reply<Integer>> replies = new ArrayList<>();
    Select.all(
            contexts,
            c -> {
              begun.incrementAndGet();
              return c.callAsync(SelectTest::hang);
            })
        .atMost(1)
        .within(Duration.ofMillis(200))
        .forEach(replies::add);

    assertThat(begun).hasValue(1);
    assertThat(replies).extracting(r -> r.context().id()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(replies).allMatch(r -> r.failure() instanceof CallTimeoutException);
  }

  @Test
  void noMoreCallsThanAllowedAreUnderWay() throws Exception {
    connect(1);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger highest = new AtomicInteger();
    List<Context> twenty = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      twenty.add(contexts.get(0));
    }

    int replies = 0;
    for (Reply<Integer> r :
        Select.all(
                twenty,
                c -> {
                  highest.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                  return c.callAsync(SelectTest::id)
                      .whenComplete((id, e) -> underWay.decrementAndGet());
                })
            .atMost(3)) {
      assertThat(r.failed()).isFalse();
      replies++;
    }

    assertThat(replies).isEqualTo(20);
    assertThat(highest).hasValueBetween(1, 3);
  }

  @Test
  void takesCallsAndOtherSelects() throws Exception {
    connect(3);
    Select<Integer> inner = Select.all(contexts.subList(0, 2), c -> c.callAsync(SelectTest::id));
    Select<Integer> outer =
        Select.<Integer>create().add(inner).add(contexts.get(2).callAsync(SelectTest::id));

    List<Integer> ids = new ArrayList<>();
    outer.stream().map(Reply::get).forEach(ids::add);

    assertThat(ids).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(outer.isEmpty()).isTrue();
    assertThatThrownBy(outer::get).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void canBeLeftAndTakenUpAgain() throws Exception {
    connect(3);
    Select<Integer> select = Select.all(contexts, c -> c.callAsync(SelectTest::id));
    List<Integer> ids = new ArrayList<>();

    Iterator<Reply<Integer>> first = select.iterator();
    assertThat(first.hasNext()).isTrue(); // looked at, not taken
    for (Reply<Integer> reply : select) {
      ids.add(reply.get());
      break;
    }
    ids.add(select.poll(Duration.ofSeconds(10)).get());
    ids.add(select.get().get());

    assertThat(ids).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(select.poll(Duration.ofSeconds(10))).isNull();
  }

  @Test
  void closingCancelsWhatIsLeft() throws Exception {
    connect(1);
    Call<Integer> call = contexts.get(0).callAsync(SelectTest::hang);

    try (Select<Integer> select = Select.<Integer>create().add(call)) {
      assertThat(select.poll(Duration.ZERO)).isNull();
    }

    assertThatThrownBy(call::join).isInstanceOf(java.util.concurrent.CancellationException.class);
  }

  @Test
  void overManyContextsOfWhichSomeDieAndSomeHangEveryOneIsAccountedForAtTheDeadline()
      throws Exception {
    connect(90);
    // what the deadline is about is not how fast this machine loads classes ninety times
    Select.all(contexts, c -> c.callAsync(SelectTest::id)).stream().forEach(Reply::get);
    for (int i = 0; i < 5; i++) {
      contexts.add(router.connectAsync(Local.create().name("dies" + i)));
      contexts.add(router.connect(InProcess.create().name("hangs" + i)));
    }
    byte[] some = new byte[100_000];
    long began = System.nanoTime();

    Map<Context, Reply<Integer>> replies = new HashMap<>();
    for (Reply<Integer> r :
        Select.all(contexts, c -> c.callAsync(SelectTest::dieOrHangOrSum, some))
            .within(Duration.ofSeconds(5))) {
      assertThat(replies.put(r.context(), r)).isNull();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

    assertThat(replies).hasSize(100);
    assertThat(millis).isBetween(4900L, 8000L);
    replies.forEach(
        (context, reply) -> {
          if (context.name().startsWith("dies")) {
            assertThat(reply.failure()).isInstanceOf(DisconnectedException.class);
          } else if (context.name().startsWith("hangs")) {
            assertThat(reply.failure()).isInstanceOf(CallTimeoutException.class);
          } else {
            assertThat(reply.get()).isEqualTo(some.length);
          }
        });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void whatDependsOnALateCallMayBlock() throws Exception {
    connect(1);
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 4; i++) {
      Call<Integer> call = contexts.get(0).callAsync(SelectTest::hang);
      call.whenComplete((nothing, late) -> awaitQuietly(go));
      Select.<Integer>create().within(Duration.ofMillis(50)).add(call);
      Await.until(call::isCompletedExceptionally);
    }

    Call<Integer> other =
        contexts.get(0).withTimeout(Duration.ofMillis(50)).callAsync(SelectTest::hang);
    assertThatThrownBy(() -> other.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CallTimeoutException.class);
    go.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
