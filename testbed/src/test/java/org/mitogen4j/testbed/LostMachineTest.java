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

/** A machine that can't be reached any more, and has not said so. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
@Timeout(60)
class LostMachineTest {
  private static void link(String host, String state) throws Exception {
    Hosts.output(host, "ip", "link", "set", "eth0", state);
  }

  private static boolean runsOurs(String host) throws Exception {
    return Hosts.output(host, "ps", "-eo", "args").contains("-Dmitogen=");
  }

  @Test
  void itIsDeclaredDeadHereAndWhatRunsThereEndsByItself() throws Exception {
    RouterOptions options = RouterOptions.defaults().heartbeat(Duration.ofMillis(500));
    try (Router router = Router.create(options)) {
      Context there = router.connect(Hosts.ssh("java11"));
      Context below = there.connect(Local.create());
      List<Call<Void>> calls =
          List.of(there.runAsync(Work::sleep, "there"), below.runAsync(Work::sleep, "below"));
      assertThat(below.call(Work::await, "below begins")).isTrue();

      link("java11", "down");
      try {
        for (Call<Void> call : calls) {
          assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
              .isInstanceOf(ExecutionException.class)
              .hasCauseInstanceOf(DisconnectedException.class)
              .hasMessageContaining(call.context() + " is gone: no sign of life for");
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (runsOurs("java11") && System.nanoTime() < until) {
          Thread.sleep(20);
        }
        assertThat(runsOurs("java11")).as("JVMs there").isFalse();
      } finally {
        link("java11", "up");
      }
    }
  }
}
