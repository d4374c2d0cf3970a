package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Functions at the same time, and where each of them is. */
@MitogenTest
class ConcurrencyTest {
  private Router router;
  private Context child;

  @BeforeEach
  void use(Router router, @Child(name = "child") Context child) {
    this.router = router;
    this.child = child;
  }

  // ---- what runs in the children

  private static final CyclicBarrier BARRIER = new CyclicBarrier(60);

  static int meet() throws InterruptedException, BrokenBarrierException, TimeoutException {
    return BARRIER.await(30, TimeUnit.SECONDS);
  }

  static int twice(int n) {
    return 2 * n;
  }

  /** The master's; asks back. */
  public static class Echo {
    private final Context child;

    Echo(Context child) {
      this.child = child;
    }

    @Exposed(to = Exposed.To.ANYBODY)
    public int twice(int n) {
      return child.call(ConcurrencyTest::twice, n);
    }
  }

  static int throughMaster(int n) {
    return Router.current().parents().get(0).service(Echo.class).call("twice", n);
  }

  static void report(Sender<Integer> sender, int n) {
    sender.send(n);
    sender.close();
  }

  static List<Context> grow(int depth) throws Exception {
    List<Context> below = new ArrayList<>();
    for (int i = 0; depth > 0 && i < 2; i++) {
      Context next = Router.current().connect(InProcess.create().name("at" + depth));
      below.add(next);
      below.addAll(next.call(ConcurrencyTest::grow, depth - 1));
    }
    return below;
  }

  static List<Integer> parents() {
    List<Integer> ids = new ArrayList<>();
    for (Context parent : Router.current().parents()) {
      ids.add(parent.id());
    }
    return ids;
  }

  static String self() {
    return Router.current().self().toString();
  }

  // ----

  @Test
  void independentCallsRunAtTheSameTime() {
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(child.callAsync(ConcurrencyTest::meet));
    }

    assertThat(calls).extracting(CompletableFuture::join).doesNotHaveDuplicates();
  }

  @Test
  void functionsThatCallBackIntoTheirCallerDoNotStandInEachOthersWay() {
    router.serve(new Echo(child));
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(child.callAsync(ConcurrencyTest::throughMaster, i));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(calls.get(i).join()).isEqualTo(2 * i);
    }
  }

  @Test
  void aFunctionSendsToItsCallerWhoWaitsForIt() {
    Receiver<Integer> receiver = router.receiver();

    child.run(ConcurrencyTest::report, receiver.sender(), 7);

    assertThat(receiver.get()).isEqualTo(7);
  }

  @Test
  void contextsStartChildrenWhoseNumbersTheyGetFromAbove() {
    List<Context> below = child.call(ConcurrencyTest::grow, 3);

    assertThat(below).hasSize(2 + 4 + 8).doesNotHaveDuplicates();
    assertThat(router.contexts()).containsAll(below);
    for (Context context : below) {
      assertThat(context.call(ConcurrencyTest::self))
          .isEqualTo(context.name() + " (" + context.id() + ")");
    }
    List<Integer> chain = below.get(2).call(ConcurrencyTest::parents);
    assertThat(chain).isEqualTo(Arrays.asList(below.get(1).id(), below.get(0).id(), child.id(), 0));
  }
}
