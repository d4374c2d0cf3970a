package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.junit.MitogenTest;

/** One context ends, with its subtree, and no other. */
@MitogenTest
class ShutdownTest {
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  /** The two ways in which a child can share a machine with its parent. */
  enum Kind {
    IN_PROCESS,
    LOCAL;

    ConnectionMethod<?> method(String name) {
      return this == LOCAL ? Local.create().name(name) : InProcess.create().name(name);
    }
  }

  static int twice(int n) {
    return 2 * n;
  }

  static void waitForever() throws InterruptedException {
    NEVER.await();
  }

  @SuppressWarnings("InfiniteLoop") // a function that no interrupt ends
  static void ignoreInterrupts() {
    for (; ; ) {
      try {
        NEVER.await();
      } catch (InterruptedException ignored) {
        // goes on
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingAContextEndsItsSubtreeAndLeavesItsSiblings(Kind kind, Router router)
      throws Exception {
    Context sibling = router.connect(kind.method("sibling"));
    Context below;
    try (Context child = router.connect(kind.method("child"))) {
      below = child.connect(kind.method("below"));
      assertThat((int) below.call(ShutdownTest::twice, 2)).isEqualTo(4);
    }
    assertThat(router.contexts()).containsExactly(sibling);
    assertThatThrownBy(() -> below.call(ShutdownTest::twice, 2))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("below")
        .hasMessageContaining("shut down");
    assertThat((int) sibling.call(ShutdownTest::twice, 3)).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource
  void aGrandchildIsEndedByItsParent(Kind kind, Router router) throws Exception {
    Context child = router.connect(kind.method("child"));
    Context grandchild = child.connect(kind.method("grandchild"));
    Call<Void> call = grandchild.runAsync(ShutdownTest::waitForever);

    grandchild.shutdown(Duration.ofSeconds(5));

    assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(DisconnectedException.class);
    assertThat(router.contexts()).containsExactly(child);
    assertThat((int) child.call(ShutdownTest::twice, 3)).isEqualTo(6);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aChildThatDoesNotEndIsKilled(Router router) throws Exception {
    Context child = router.connect(Local.create());
    child.runAsync(ShutdownTest::ignoreInterrupts);
    child.shutdown(Duration.ofMillis(1));
    assertThat(router.contexts()).isEmpty();
  }

  @Test
  void shuttingDownAContextThatHasEndedDoesNothing(Router router) throws Exception {
    Context child = router.connect(InProcess.create());
    child.close();
    child.close();
    assertThat(router.contexts()).isEmpty();
  }

  @Test
  void aContextThatIsStartingIsGivenUp(Router router) {
    Context child = router.connectAsync(Local.create());
    child.close();
    assertThatThrownBy(() -> child.ready().get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(router.contexts()).isEmpty();
  }

  static String shutDownOf(Context other) {
    try {
      other.shutdown(Duration.ofSeconds(1));
      return "done";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @Test
  void aChildCanNotEndItsSibling(Router router) throws Exception {
    Context child = router.connect(InProcess.create().name("child"));
    Context sibling = router.connect(InProcess.create().name("sibling"));
    assertThat(child.call(ShutdownTest::shutDownOf, sibling)).contains("sibling", "not below");
    assertThat((int) sibling.call(ShutdownTest::twice, 3)).isEqualTo(6);
  }

  @Test
  void aLimitOfNothingIsRefused(Router router) throws Exception {
    Context child = router.connect(InProcess.create());
    assertThatThrownBy(() -> child.shutdown(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }
}
