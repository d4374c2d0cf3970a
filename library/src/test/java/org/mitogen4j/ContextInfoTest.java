package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.internal.context.process.HostName;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** What the program can ask of a context without calling a function in it. */
@MitogenTest
class ContextInfoTest {
  static long pid() {
    return ProcessHandle.current().pid();
  }

  static void halt() {
    Runtime.getRuntime().halt(3);
  }

  @Test
  void aChildIsDescribedAsItSaysOfItself(
      Router router, @Child(value = Child.Kind.LOCAL, name = "child") Context child) {
    ContextInfo info = child.info();
    assertThat(info.context()).isEqualTo(child);
    assertThat(info.state()).isEqualTo(ContextInfo.State.UP);
    assertThat(info.endReason()).isNull();
    assertThat(info.user()).isEqualTo(System.getProperty("user.name"));
    assertThat(info.host()).isEqualTo(HostName.own());
    assertThat((long) info.pid()).isEqualTo(child.call(ContextInfoTest::pid));
    assertThat(info.javaVersion()).isEqualTo(System.getProperty("java.version"));
    assertThat(info.method()).isEqualTo(Local.create().toString());
    assertThat(info.traffic().bytesReceived()).isPositive();
    assertThat(router.describe()).contains("  " + child.info().toString().split(",")[0]);
  }

  @Test
  void parentsAndChildrenAreKnownUpAndDownTheTree(Router router, Context child) throws Exception {
    Context grandchild = child.connect(InProcess.create().name("grandchild"));
    assertThat(grandchild.parent()).isEqualTo(child);
    assertThat(child.parent()).isEqualTo(router.self());
    assertThat(router.self().parent()).isNull();
    assertThat(router.self().children()).containsExactly(child);
    assertThat(child.children()).containsExactly(grandchild);
    assertThat(grandchild.children()).isEmpty();
    assertThat(child.info().children()).isEqualTo(1);
    assertThat(grandchild.info().traffic().messagesSent()).isPositive();
    assertThat(router.self().info().pid()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(grandchild.call(ContextInfoTest::grandparent)).isEqualTo("master");
  }

  static String grandparent() {
    return Router.current().self().parent().parent().name();
  }

  @Test
  void anEndInGoodOrderIsHeardOf(Context child) throws Exception {
    CompletableFuture<EndReason> ended = child.ended();
    assertThat(ended).isNotDone();
    child.shutdown(Duration.ofSeconds(5));
    assertThat(ended.get(10, TimeUnit.SECONDS).kind()).isEqualTo(EndReason.Kind.SHUT_DOWN);
    assertThat(child.ended())
        .isCompletedWithValueMatching(r -> r.kind() == EndReason.Kind.SHUT_DOWN);
    assertThat(child.info().state()).isEqualTo(ContextInfo.State.ENDED);
    assertThat(child.info().endReason().kind()).isEqualTo(EndReason.Kind.SHUT_DOWN);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void anEndWithoutAWordIsHeardOf(@Child(Child.Kind.LOCAL) Context child) throws Exception {
    CompletableFuture<EndReason> ended = child.ended();
    child.runAsync(ContextInfoTest::halt);
    assertThat(ended.get(10, TimeUnit.SECONDS).kind()).isEqualTo(EndReason.Kind.LOST);
  }

  @Test
  void aStartThatFailsIsAnEnd(Router router) throws Exception {
    Context child = router.connectAsync(Local.create().javaPath("/nowhere/java"));
    assertThat(child.ended().get(10, TimeUnit.SECONDS).kind())
        .isEqualTo(EndReason.Kind.START_FAILED);
  }

  @Test
  void waitingForAnEndLeavesNoHandleBehind(Router router, Context child) throws Exception {
    int before = router.counters().handles();
    CompletableFuture<EndReason> one = child.ended();
    CompletableFuture<EndReason> other = child.ended();
    one.cancel(true); // a view of its own
    child.shutdown(Duration.ofSeconds(5));
    assertThat(other.get(10, TimeUnit.SECONDS)).isNotNull();
    Await.until(() -> router.counters().handles() <= before);
  }

  /** Says to each of the first handles of the master that this context has ended. */
  static void claimToHaveEnded() {
    MessageRouter own = TestRouters.of(Router.current()).router;
    for (long handle = Handle.FIRST_FREE; handle < Handle.FIRST_FREE + 200; handle++) {
      Encoder cause = new Encoder(own, true);
      new EndCause(EndCause.SHUT_DOWN, "I have ended").write(cause);
      own.send(0, handle, 0, cause, Header.DEAD, false);
    }
  }

  @Test
  void aContextThatOnlySaysThatItHasEndedHasNot(Context claims) throws Exception {
    CompletableFuture<EndReason> ended = claims.ended();
    assertThatThrownBy(() -> claims.run(ContextInfoTest::claimToHaveEnded)) // so says its answer
        .hasMessageContaining("I have ended");
    Await.until(() -> answers(claims)); // then all that it claimed is here

    assertThat(ended).isNotDone();
    claims.shutdown(Duration.ofSeconds(5));
    assertThat(ended.get(10, TimeUnit.SECONDS).text()).isNotEqualTo("I have ended");
  }

  private static boolean answers(Context context) {
    try {
      context.workload();
      return true;
    } catch (DisconnectedException claimed) { // for the handle of this answer, too
      return false;
    }
  }

  // ---- calls that are completed here

  static void waits(Sender<String> sender) {
    sender.send("begun");
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      sender.send(String.valueOf(Cancellation.reason()));
    }
  }

  private static void isStoppedBy(Router router, Context child, CallEnd end) throws Exception {
    int before = router.counters().handles();
    try (Receiver<String> receiver = router.receiver(String.class)) {
      Call<Void> call = child.runAsync(ContextInfoTest::waits, receiver.sender());
      assertThat(receiver.get()).isEqualTo("begun");
      end.of(call);
      Await.until(() -> child.workload().running() == 0);
    }
    Await.until(() -> router.counters().handles() <= before);
  }

  interface CallEnd {
    void of(Call<Void> call) throws Exception;
  }

  @Test
  void aCallThatIsCompletedHereIsStoppedThere(Router router, Context child) throws Exception {
    try (Receiver<String> receiver = router.receiver(String.class)) {
      Call<Void> call = child.runAsync(ContextInfoTest::waits, receiver.sender());
      assertThat(receiver.get()).isEqualTo("begun");
      assertThat(call.complete(null)).isTrue();
      assertThat(receiver.get()).endsWith("was completed by master");
    }
    isStoppedBy(router, child, call -> assertThat(call.complete(null)).isTrue());
    isStoppedBy(
        router,
        child,
        call -> assertThat(call.completeExceptionally(new IllegalStateException())).isTrue());
    isStoppedBy(router, child, call -> call.obtrudeValue(null));
    isStoppedBy(
        router,
        child,
        call ->
            assertThatThrownBy(() -> call.orTimeout(1, TimeUnit.MILLISECONDS).join())
                .hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class));
  }
}
