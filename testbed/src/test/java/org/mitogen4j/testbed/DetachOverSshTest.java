package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;

/** A tree on another machine lives on when ssh and sshd have ended, and is found again there. */
@NeedsTestbed
class DetachOverSshTest {
  static final AtomicInteger ROUNDS = new AtomicInteger();
  static final CountDownLatch STOP = new CountDownLatch(1);

  static int twice(int n) {
    return 2 * n;
  }

  static void live(String door) throws Exception {
    Router router = Router.current();
    Context worker = router.connect(Local.create().name("worker"));
    router.openDoor(Path.of(door));
    router.detach();
    while (!STOP.await(10, TimeUnit.MILLISECONDS)) {
      ROUNDS.addAndGet(worker.call(DetachOverSshTest::twice, 1));
    }
    router.close();
  }

  static int rounds() {
    return ROUNDS.get();
  }

  static void stop() {
    STOP.countDown();
  }

  /** Runs on the machine, later: goes in by the door, and looks until the tree has moved on. */
  static int visit(String door) throws Exception {
    try (Router guest = Router.join(Path.of(door))) {
      Context detached = guest.parents().get(0);
      int before = detached.call(DetachOverSshTest::rounds);
      int now = before;
      while (now == before) {
        now = detached.call(DetachOverSshTest::rounds);
      }
      detached.run(DetachOverSshTest::stop);
      return now;
    }
  }

  static boolean lives(long pid) {
    return ProcessHandle.of(pid).isPresent();
  }

  @Test
  void aDetachedTreeOutlivesSshAndIsFoundAgainByItsDoor() throws Exception {
    Ssh host =
        Ssh.host("java21")
            .arguments("-F", Path.of("hosts/run/ssh_config").toAbsolutePath().toString());
    String door = "/tmp/door-" + ProcessHandle.current().pid();
    long pid;
    try (Router first = Router.create()) {
      Context context = first.connect(host);
      pid = context.call(() -> ProcessHandle.current().pid());
      assertThatThrownBy(() -> context.run(DetachOverSshTest::live, door))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("has detached");
    }
    try (Router second = Router.create()) {
      Context context = second.connect(host);
      assertThat(context.call(DetachOverSshTest::lives, pid)).isTrue();
      assertThat(context.call(DetachOverSshTest::visit, door)).isPositive();
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (context.call(DetachOverSshTest::lives, pid)) {
        assertThat(System.nanoTime()).as("it was told to stop").isLessThan(until);
      }
    }
  }
}
