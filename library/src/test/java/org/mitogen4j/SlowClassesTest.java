package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.programs.Features;

/** A class that takes long to be found holds up those that need it, and nobody else. */
@Timeout(60)
class SlowClassesTest {
  private static final String LATE = Features.class.getName() + "$Late";

  private final Gate gate = new Gate(Features.hiddenName());
  private Router router;

  @BeforeEach
  void create() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(gate);
    try {
      router = Router.create();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @AfterEach
  void close() {
    gate.open.countDown();
    router.close();
  }

  /** Where the program's classes are found; one of them only when the gate is open. */
  private static final class Gate extends ClassLoader {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);
    private final String path;

    Gate(String slow) {
      super(Gate.class.getClassLoader());
      path = slow.replace('.', '/') + ".class";
    }

    @Override
    public URL getResource(String name) {
      if (name.equals(path)) {
        asked.countDown();
        try {
          open.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return super.getResource(name);
    }
  }

  private Call<String> slow(Context context) throws Exception {
    Call<String> call = context.callAsync(Features::byName, Features.hiddenName());
    assertThat(gate.asked.await(30, TimeUnit.SECONDS)).isTrue();
    return call;
  }

  @Test
  void otherChildrenAndOtherCallsOfTheSameChildGoOn() throws Exception {
    Context child = router.connect(InProcess.create());
    Context other = router.connect(InProcess.create());
    Call<String> call = slow(child);

    assertThat(child.call(Features::byName, LATE)).isEqualTo("late");
    assertThat(other.call(Features::byName, LATE)).isEqualTo("late");
    assertThat(call).isNotDone();

    gate.open.countDown();
    assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo("hidden and deeper");
  }

  @Test
  void otherContextsBehindTheSameContextGoOn() throws Exception {
    Context bastion = router.connect(InProcess.create());
    Context child = bastion.connect(InProcess.create());
    Context other = bastion.connect(InProcess.create());
    Call<String> call = slow(child);

    assertThat(other.call(Features::byName, LATE)).isEqualTo("late");
    assertThat(call).isNotDone();

    gate.open.countDown();
    assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo("hidden and deeper");
  }

  @Test
  void aCallThatIsCancelledWhileAClassLoadsDoesNotSpoilTheClass() throws Exception {
    Context child = router.connect(InProcess.create());
    Call<String> call = slow(child);

    call.cancel(true);
    assertThatThrownBy(call::get).isInstanceOf(CancellationException.class);
    gate.open.countDown();

    assertThat(child.call(Features::byName, Features.hiddenName())).isEqualTo("hidden and deeper");
  }

  @Test
  void aRouterClosesWhileAClassIsSought() throws Exception {
    Context child = router.connect(InProcess.create());
    Call<String> call = slow(child);

    router.close();

    assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(DisconnectedException.class);
  }

  @Test
  void aRelayThatDiesWhileAClassLoadsMakesTheClassMissingForNoOtherContext() throws Exception {
    Context relay = router.connect(Local.create());
    Call<String> call = slow(relay.connect(Local.create()));

    ProcessHandle.of(relay.info().pid()).orElseThrow().destroyForcibly();

    assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(DisconnectedException.class);
    gate.open.countDown();
    Context next = router.connect(Local.create()).connect(Local.create());
    assertThat(next.call(Features::byName, Features.hiddenName())).isEqualTo("hidden and deeper");
  }
}
