package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;

/** A machine that can't be reached any more, and has not said so. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
@Timeout(60)
class LostMachineTest {
  private static void link(String host, String state) throws Exception {
    Hosts.output(host, "ip", "link", "set", "eth0", state);
  }

  private static boolean runs(String host, String word) throws Exception {
    return Hosts.output(host, "ps", "-eo", "args").contains(word);
  }

  private static void awaitEnd(String host, String word) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (runs(host, word) && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    assertThat(runs(host, word)).as("%s runs on %s", word, host).isFalse();
  }

  /** Cuts a machine off while two contexts there are called. */
  private static void cutOff(String host, Context there) throws Exception {
    Context below = there.connect(Local.create());
    List<Call<Void>> calls =
        List.of(there.runAsync(Work::sleep, "there"), below.runAsync(Work::sleep, "below"));
    assertThat(below.call(Work::await, "below begins")).isTrue();

    link(host, "down");
    try {
      for (Call<Void> call : calls) {
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(DisconnectedException.class)
            .hasMessageContaining(call.context() + " is gone: no sign of life for");
      }
      awaitEnd(host, "-Dmitogen=");
    } finally {
      link(host, "up");
    }
  }

  @Test
  void aLostMachineIsDeclaredDeadHereAndItsContextsEndByThemselves() throws Exception {
    RouterOptions options = RouterOptions.defaults().heartbeat(Duration.ofMillis(500));
    try (Router router = Router.create(options)) {
      cutOff("java11", router.connect(Hosts.ssh("java11")));
    }
  }

  @Test
  void aLostMachineBehindAnotherIsDeclaredDeadByThatOneWhichWorksOn() throws Exception {
    RouterOptions options = RouterOptions.defaults().heartbeat(Duration.ofMillis(500));
    try (Router router = Router.create(options)) {
      Context bastion = router.connect(Hosts.ssh("bastion"));
      cutOff("inner1", bastion.connect(Ssh.host("inner1")));

      awaitEnd("bastion", "ssh -T");
      assertThat(bastion.call(Work::user)).isEqualTo("user");
      assertThat(router.contexts()).containsExactly(bastion);
      assertThat(bastion.connect(Ssh.host("inner1")).call(Work::user)).isEqualTo("user");
    }
  }

  @Test
  void aProcessThatIsStoppedBehindSshIsDeclaredDeadAndEndsOnceItGoesOn() throws Exception {
    RouterOptions options = RouterOptions.defaults().heartbeat(Duration.ofMillis(500));
    try (Router router = Router.create(options)) {
      Context there = router.connect(Hosts.ssh("java21"));
      String pid = String.valueOf(there.call(() -> ProcessHandle.current().pid()));
      Hosts.output("java21", "kill", "-STOP", pid);
      try {
        assertThatThrownBy(() -> there.call(Work::user))
            .isInstanceOf(DisconnectedException.class)
            .hasMessageContaining("no sign of life for");
        assertThat(runs("java21", "-Dmitogen=")).as("nobody there can kill it").isTrue();
      } finally {
        Hosts.output("java21", "kill", "-CONT", pid);
      }
      awaitEnd("java21", "-Dmitogen=");
    }
  }
}
