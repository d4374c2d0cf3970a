package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.Local;

/** No child outlives its parent, at whatever depth; and a busy one is not taken for dead. */
@Timeout(60)
class LifeTest {
  private static final long BOUND_MILLIS = 2000;

  static int twice(int n) {
    return 2 * n;
  }

  /** A parent of its own: a tree of three levels, until it is killed. */
  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  public static void main(String[] args) throws Exception {
    Router router = Router.create();
    for (int i = 0; i < 3; i++) {
      Local method = Local.create().remoteName(args[0]);
      Context top = router.connect(method);
      Context middle = top.connect(method);
      Context leaf = middle.connect(method);
      if (i > 0) {
        leaf.call(LifeTest::twice, 1);
      }
      if (i < 2) {
        leaf.runAsync(LifeTest::holdEverything); // as the first call, and later
      }
      if (i == 1) {
        top.run(LifeTest::hangAtTheExit);
        middle.run(LifeTest::hangAtTheExit);
      }
    }
    System.out.println("ready");
    new CountDownLatch(1).await(); // until it is killed
  }

  static void hangAtTheExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(StubbornTest::hang));
  }

  static void holdEverything() {
    StubbornTest.holdEverything(() -> {});
  }

  @Test
  void aParentThatIsKilledTakesItsWholeTreeAlong() throws Exception {
    String word = "life-" + UUID.randomUUID();
    Process parent = Trees.java(LifeTest.class, word);
    try (BufferedReader out = parent.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      assertThat(Trees.processes("-Dmitogen=" + word)).hasSize(9);

      parent.destroyForcibly();

      Trees.endWithin(new Trees.Stretch(), BOUND_MILLIS, word);
    } finally {
      parent.destroyForcibly();
    }
  }

  static int busy(byte[] data) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    return data.length;
  }

  @Test
  void aBusyChildIsNotDeclaredDead() throws Exception {
    try (Router router = TestRouters.create(1 << 28, false, 300)) {
      Context child = router.connect(Local.create());
      List<Call<Integer>> calls =
          List.of(
              child.callAsync(LifeTest::busy, new byte[1 << 26]),
              child.callAsync(LifeTest::busy, new byte[10]),
              child.callAsync(LifeTest::busy, new byte[10]));
      for (Call<Integer> call : calls) {
        assertThat(call.get(30, TimeUnit.SECONDS)).isPositive();
      }
    }
  }
}
