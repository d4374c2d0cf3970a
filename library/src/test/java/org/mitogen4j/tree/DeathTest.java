package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Whoever waits for a context that dies hears of it: which one, and why. */
@Timeout(60)
class DeathTest {
  static long pid() {
    return ProcessHandle.current().pid();
  }

  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  static int twice(int n) {
    return 2 * n;
  }

  static int slowSize(byte[] data) throws InterruptedException {
    hang();
    return data.length;
  }

  static void send(Sender<String> to) throws InterruptedException {
    to.send("one");
    hang();
  }

  @Test
  void aChainOfAnyDepthStartsWithoutWaiting() throws Exception {
    try (Router router = Router.create()) {
      Context last = router.self();
      List<Context> chain = new ArrayList<>();
      List<Call<Integer>> calls = new ArrayList<>();
      for (int depth = 1; depth <= 12; depth++) {
        boolean real = depth == 2 || depth == 5;
        last = last.connectAsync(real ? Local.create() : InProcess.create());
        chain.add(last);
        calls.add(last.callAsync(DeathTest::twice, depth));
      }
      for (int depth = 1; depth <= 12; depth++) {
        assertThat(calls.get(depth - 1).get(40, TimeUnit.SECONDS)).isEqualTo(2 * depth);
      }
      assertThat(router.contexts()).containsExactlyElementsOf(chain);
    }
  }

  @Test
  void callsBehindAMiddleContextThatIsKilledFail() throws Exception {
    String word = "death-" + UUID.randomUUID();
    try (Router router = Router.create()) {
      Context top = router.connect(Local.create().name("top"));
      Local method = Local.create().remoteName(word);
      Context middle = top.connect(method.name("middle"));
      Context leaf = middle.connect(method.name("leaf"));
      final long pid = middle.call(DeathTest::pid);
      Receiver<String> receiver = router.receiver(String.class);
      List<CompletableFuture<?>> waiting = new ArrayList<>();
      waiting.add(leaf.runAsync(DeathTest::hang));
      waiting.add(middle.runAsync(DeathTest::hang));
      waiting.add(leaf.callAsync(DeathTest::slowSize, new byte[1 << 20]));
      waiting.add(leaf.runAsync(DeathTest::send, receiver.sender()));
      assertThat(receiver.get()).isEqualTo("one");
      Thread[] senders = new Thread[8];
      for (int i = 0; i < senders.length; i++) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        waiting.add(sent);
        senders[i] = new Thread(() -> flood(leaf, sent));
        senders[i].start();
      }

      Trees.signal("KILL", pid);

      Trees.endWithin(new Trees.Stretch(), 2000, word);
      for (CompletableFuture<?> w : waiting) {
        assertThatThrownBy(() -> w.get(5, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(DisconnectedException.class)
            .cause()
            .hasMessageMatching("(leaf|middle) \\(\\d\\).*is gone: .*ended by signal 9.*");
      }
      assertThatThrownBy(receiver::get).isInstanceOf(DisconnectedException.class);
      for (Thread sender : senders) {
        sender.join(5000);
        assertThat(sender.isAlive()).isFalse();
      }
      assertThatThrownBy(() -> leaf.call(DeathTest::twice, 1))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("leaf (3)");
      assertThatThrownBy(() -> leaf.connect(InProcess.create())).isInstanceOf(StartException.class);
      assertThat(top.call(DeathTest::twice, 2)).isEqualTo(4);
      assertThat(router.contexts()).containsExactly(top);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  private static void flood(Context leaf, CompletableFuture<Void> sent) {
    try {
      for (; ; ) {
        leaf.callAsync(DeathTest::slowSize, new byte[100_000]).exceptionally(e -> 0);
        if (!leaf.router().contexts().contains(leaf)) {
          leaf.call(DeathTest::twice, 1);
        }
      }
    } catch (RuntimeException e) {
      sent.completeExceptionally(e);
    }
  }

  @Test
  void aPlannedChildFailsWithItsParentToBe() throws Exception {
    try (Router router = Router.create()) {
      Context parent =
          router.connectAsync(Local.create().javaPath("/nonexistent/java").name("missing"));
      Context child = parent.connectAsync(InProcess.create().name("child"));
      Context grandchild = child.connectAsync(InProcess.create().name("grandchild"));
      Call<Integer> call = grandchild.callAsync(DeathTest::twice, 1);

      assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(DisconnectedException.class)
          .hasMessageContaining("grandchild (3)");
      for (Context c : new Context[] {parent, child, grandchild}) {
        assertThatThrownBy(() -> c.ready().get(10, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class);
      }
      assertThat(router.contexts()).isEmpty();
    }
  }

  @Test
  void aConnectThatWaitsEndsWhenTheRouterCloses() throws Exception {
    Router router = Router.create();
    List<CompletableFuture<Context>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(router.connectAsync(Local.create().javaPath("/bin/cat")).ready());
    }
    router.close();
    for (CompletableFuture<Context> f : all) {
      assertThatThrownBy(() -> f.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }
    assertThatThrownBy(() -> router.connect(InProcess.create()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aTimeoutOfAFirstCallDoesNotEndTheChild() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      assertThatThrownBy(() -> child.withTimeout(Duration.ofMillis(30)).run(DeathTest::hang))
          .isInstanceOf(org.mitogen4j.CallTimeoutException.class);
      assertThat(child.call(DeathTest::twice, 2)).isEqualTo(4);
    }
  }
}
