package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;

/** A tree on another machine lives on when ssh and sshd have ended, and is found again there. */
@NeedsTestbed
class DetachOverSshTest {
  private static final CountDownLatch STOP = new CountDownLatch(1);
  private static Context worker;

  static int twice(int n) {
    return 2 * n;
  }

  /** Runs on the machine: has a child, and waits for somebody to come in by the door. */
  static void live(String door) throws Exception {
    Router router = Router.current();
    worker = router.connect(Local.create());
    router.listen(Path.of(door));
    router.detach();
    STOP.await();
    router.close();
  }

  static int askWorker(int n) {
    return worker.call(DetachOverSshTest::twice, n);
  }

  static void stop() {
    STOP.countDown();
  }

  /** Runs on the machine, later: goes in by the door, uses what is there, and ends it. */
  static int visit(String door) throws Exception {
    try (Router guest = Router.attach(Path.of(door))) {
      Context detached = guest.parents().get(0);
      int answer = detached.call(DetachOverSshTest::askWorker, 21);
      detached.run(DetachOverSshTest::stop);
      return answer;
    }
  }

  static boolean lives(long pid) {
    return ProcessHandle.of(pid).flatMap(p -> p.info().command()).isPresent(); // and no zombie
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
      assertThat(context.call(DetachOverSshTest::visit, door)).isEqualTo(42);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (context.call(DetachOverSshTest::lives, pid)) {
        assertThat(System.nanoTime()).as("it was told to stop").isLessThan(until);
      }
    }
  }
}
