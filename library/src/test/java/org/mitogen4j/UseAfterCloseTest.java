package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.junit.MitogenTest;

/** Whatever is used after its router was closed answers with the documented exception, at once. */
@Timeout(60)
@MitogenTest
class UseAfterCloseTest {
  private Router router;
  private Context child;

  @BeforeEach
  void use(Router router, Context child) {
    this.router = router;
    this.child = child;
  }

  static int one() {
    return 1;
  }

  static void nothing() {}

  private static void disconnected(ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(DisconnectedException.class);
  }

  private static void failed(Future<?> call) {
    assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(DisconnectedException.class);
  }

  private Context target(boolean self, boolean timed) {
    Context target = self ? router.self() : child;
    return timed ? target.withTimeout(Duration.ofSeconds(30)) : target;
  }

  @ParameterizedTest
  @ValueSource(strings = {"child", "child timed", "self", "self timed"})
  void callsFailAsThoseToAContextThatIsGone(String what) {
    Context target = target(what.startsWith("self"), what.endsWith("timed"));
    router.close();

    disconnected(() -> target.call(UseAfterCloseTest::one));
    disconnected(() -> target.run(UseAfterCloseTest::nothing));
    failed(target.callAsync(UseAfterCloseTest::one));
    failed(target.runAsync(UseAfterCloseTest::nothing));
    failed(
        target
            .executor()
            .submit(
                (java.util.concurrent.Callable<Integer> & java.io.Serializable)
                    UseAfterCloseTest::one));
    disconnected(() -> target.chain().call(UseAfterCloseTest::one));
    failed(target.chain().callAsync(UseAfterCloseTest::one));
    disconnected(target::workload);
    disconnected(() -> target.service("org.example.Service").call("method"));
  }

  @Test
  void aSelectGivesFailures() {
    router.close();
    Function<Context, Call<Integer>> begin = c -> c.callAsync(UseAfterCloseTest::one);

    try (Select<Integer> all = Select.all(List.of(child, router.self()), begin)) {
      for (Reply<Integer> reply : all.within(Duration.ofSeconds(30))) {
        disconnected(reply::get);
      }
      assertThat(all.isEmpty()).isTrue();
    }
    Select<Integer> one = Select.<Integer>create().within(Duration.ofSeconds(30));
    disconnected(one.add(begin.apply(child)).get()::get);
  }

  @Test
  void aClosedRouterStartsAndOpensNothing(@TempDir Path folder) {
    Path door = folder.resolve("door");
    router.close();

    assertThatThrownBy(() -> router.connect(InProcess.create())).isInstanceOf(StartException.class);
    assertThatThrownBy(() -> child.connect(InProcess.create())).isInstanceOf(StartException.class);
    disconnected(() -> router.connectAsync(InProcess.create()));
    disconnected(() -> child.connectAsync(InProcess.create()));
    failed(child.ready());
    assertThatThrownBy(() -> router.receiver(String.class)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(router::channel).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> router.listen(door))
        .isInstanceOf(java.io.IOException.class)
        .hasMessageEndingWith("is closed");
    assertThat(Files.exists(door)).isFalse();
  }

  @Test
  void methodsThatOnlyLookWorkAfterClose() {
    router.close();

    assertThat(router.describe()).contains("master");
    assertThat(router.contexts()).isEmpty();
    assertThat(router.mermaid()).isEqualTo("flowchart LR\n  c0[\"master (0)\"]\n");
    assertThat(router.timeline().spans()).isEmpty();
    assertThat(router.toString()).contains("master");
    assertThat(child).hasToString("inprocess (" + child.id() + ")");
    router.close();
  }

  @Test
  void aSenderFails() {
    Receiver<String> receiver = router.receiver();
    Sender<String> sender = receiver.sender();
    router.close();

    assertThatThrownBy(() -> sender.send("x")).isInstanceOf(ClosedException.class);
    assertThatThrownBy(receiver::get).isInstanceOf(ClosedException.class);
  }
}
