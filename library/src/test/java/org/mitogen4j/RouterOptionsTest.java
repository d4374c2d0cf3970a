package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;

/** Settings of a tree, and what it shows of itself. */
class RouterOptionsTest {
  static int size(byte[] bytes) {
    return bytes.length;
  }

  static byte[] bytes(int n) {
    return new byte[n];
  }

  static int throughGrandchild(int n) throws Exception {
    Context grandchild = Router.current().connect(InProcess.create());
    return grandchild.call(RouterOptionsTest::bytes, n).length;
  }

  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Test
  void theMessageLimitHoldsInTheWholeTree() throws Exception {
    RouterOptions options = RouterOptions.defaults().messageLimit(2 << 20);
    try (Router router = Router.create(options)) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(RouterOptionsTest::size, new byte[2_000_000])).isEqualTo(2_000_000);
      assertThatThrownBy(() -> child.call(RouterOptionsTest::size, new byte[3_000_000]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a message of 30000")
          .hasMessageContaining("the limit is 2097152");
      assertThatThrownBy(() -> child.call(RouterOptionsTest::bytes, 3_000_000))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("the limit is 2097152");
      assertThatThrownBy(() -> child.call(RouterOptionsTest::throughGrandchild, 3_000_000))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("the limit is 2097152");
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    RouterOptions options = RouterOptions.defaults();

    assertThatThrownBy(() -> options.messageLimit(1000)).hasMessageContaining("1000 bytes");
    assertThatThrownBy(() -> options.connecting(0)).hasMessageContaining("must be 1 or more");
    assertThatThrownBy(() -> options.heartbeat(Duration.ofNanos(1))).hasMessageContaining("PT0");
    assertThat(options.heartbeat(Duration.ZERO).connecting(100).unidirectional(true))
        .hasToString(
            "messages up to 134217728 bytes, unidirectional, heartbeat PT0S, 100 connecting at a"
                + " time, 16 threads for services, ends within PT1S");
  }

  @Test
  void moreThanTheDefaultNumberOfChildrenMayConnectAtATime() throws Exception {
    try (Router router = Router.create(RouterOptions.defaults().connecting(1))) {
      List<Context> contexts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        contexts.add(router.connectAsync(InProcess.create()));
      }
      for (Context c : contexts) {
        assertThat(c.call(RouterOptionsTest::size, new byte[3])).isEqualTo(3);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void howBusyAContextIsCanBeAskedHoweverBusyItIs() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());
      child.call(RouterOptionsTest::size, new byte[100_000]); // from now on calls run on the pool
      for (int i = 0; i < 74; i++) {
        child.runAsync(RouterOptionsTest::hang);
      }

      Await.until(() -> child.workload().running() == 64);
      for (int i = 0; i < 10_000; i++) { // more than there is credit for
        Workload load = child.withTimeout(Duration.ofSeconds(20)).workload();
        assertThat(load.queued()).isBetween(10, 11); // the parent has a call of its own there
      }
    }
  }
}
