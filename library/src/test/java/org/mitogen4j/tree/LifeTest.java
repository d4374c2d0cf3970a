package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.Local;

/** No child outlives its parent, whatever its program does; no stopped process is waited for. */
@Timeout(60)
class LifeTest {
  private static final long BOUND_MILLIS = 2000;

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static int twice(int n) {
    return 2 * n;
  }

  /** A parent of its own: a tree of three levels, until it is killed. */
  public static void main(String[] args) throws Exception {
    Router router = Router.create();
    for (int i = 0; i < 3; i++) {
      Local method = Local.create().remoteName(args[0]);
      Context leaf = router.connect(method).connect(method).connect(method);
      if (i > 0) {
        leaf.call(LifeTest::twice, 1);
      }
      if (i < 2) {
        leaf.runAsync(LifeTest::holdEverything); // as the first call, and later
      }
    }
    System.out.println("ready");
    new CountDownLatch(1).await(); // until it is killed
  }

  @SuppressWarnings("ThreadPriorityCheck") // the worst there is
  static void holdEverything() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Runtime.getRuntime().addShutdownHook(new Thread(LifeTest::forEver));
    for (int i = 0; i < 3; i++) {
      Thread thread = new Thread(LifeTest::forEver);
      thread.setPriority(Thread.MAX_PRIORITY);
      thread.start();
    }
    Object[] locks = {
      System.class,
      System.out,
      System.err,
      Runtime.getRuntime(),
      Thread.class,
      root,
      Thread.currentThread().getThreadGroup(),
      LifeTest.class.getClassLoader()
    };
    hold(locks, 0);
  }

  private static void hold(Object[] locks, int at) {
    if (at == locks.length) {
      forEver();
    } else {
      synchronized (locks[at]) {
        hold(locks, at + 1);
      }
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  static void forEver() {
    for (long n = 1; n != 0; n += 2) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aParentThatIsKilledTakesItsWholeTreeAlong() throws Exception {
    String word = "life-" + UUID.randomUUID();
    Process parent =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                LifeTest.class.getName(),
                word)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = parent.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      assertThat(Trees.processes("-Dmitogen=" + word)).hasSize(9);

      parent.destroyForcibly();

      long killed = System.nanoTime();
      Await.until("all are gone", 30_000, () -> Trees.processes("-Dmitogen=" + word).isEmpty());
      assertThat((System.nanoTime() - killed) / 1_000_000)
          .as("milliseconds")
          .isLessThan(Trees.bound(BOUND_MILLIS));
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void aChildThatHoldsEverythingEndsWithItsRouter() throws Exception {
    String word = "life-" + UUID.randomUUID();
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create().remoteName(word));
      child.call(LifeTest::twice, 1);
      child.runAsync(LifeTest::holdEverything);
      assertThat(child.callAsync(LifeTest::twice, 4).orTimeout(10, TimeUnit.SECONDS))
          .satisfies(c -> c.exceptionally(e -> 0).join());
    }
    Await.until(
        "it is gone",
        Trees.bound(BOUND_MILLIS),
        () -> Trees.processes("-Dmitogen=" + word).isEmpty());
  }

  @Test
  void aStoppedChildIsDeclaredDeadAndKilled() throws Exception {
    String word = "life-" + UUID.randomUUID();
    try (Router router = TestRouters.create(1 << 24, false, 300)) {
      Context child = router.connect(Local.create().remoteName(word).name("frozen"));
      Context other = router.connect(Local.create());
      long pid = child.call(LifeTest::pid);
      Call<Integer> call;
      Trees.signal("STOP", pid);
      call = child.callAsync(LifeTest::twice, 1);

      assertThatThrownBy(() -> call.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(DisconnectedException.class)
          .hasMessageContaining("no sign of life");
      Await.until(
          "it is killed", Trees.bound(2000), () -> Trees.processes("-Dmitogen=" + word).isEmpty());
      assertThat(other.call(LifeTest::twice, 3)).isEqualTo(6);
    }
  }

  @Test
  void theChildrenOfAStoppedContextEndToo() throws Exception {
    String word = "life-" + UUID.randomUUID();
    try (Router router = TestRouters.create(1 << 24, false, 300)) {
      Context middle = router.connect(Local.create().name("middle"));
      Context leaf = middle.connect(Local.create().remoteName(word));
      leaf.call(LifeTest::twice, 1);
      Trees.signal("STOP", middle.call(LifeTest::pid));

      Await.until(
          "the leaf ends", Trees.bound(4000), () -> Trees.processes("-Dmitogen=" + word).isEmpty());
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
