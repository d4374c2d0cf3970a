package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** What contexts tell of their threads. */
@Timeout(60)
class DumpTest {
  private static final Object FIRST = new Object();
  private static final Object SECOND = new Object();
  private static final CountDownLatch BOTH = new CountDownLatch(2);

  static void deadlock(boolean other) throws InterruptedException {
    Thread.currentThread().setName(other ? "locker two" : "locker one");
    synchronized (other ? SECOND : FIRST) {
      BOTH.countDown();
      BOTH.await();
      synchronized (other ? FIRST : SECOND) {
        throw new AssertionError("both can't get here");
      }
    }
  }

  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Test
  void aDumpNamesDeadlocksAndWhatEachThreadDoes() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create().name("stuck"));
      child.fire(DumpTest::deadlock, false);
      child.fire(DumpTest::deadlock, true);
      Await.until(() -> child.dump().contains("DEADLOCK"));

      String dump = child.dump();

      assertThat(dump)
          .startsWith("stuck (1), process ")
          .contains("\"locker one\" waits for java.lang.Object@", "which \"locker two\" holds")
          .contains("\"locker two\" BLOCKED on java.lang.Object@")
          .contains("at org.mitogen4j.DumpTest.deadlock(DumpTest.java:")
          .contains("- holds java.lang.Object@");
    }
  }

  @Test
  void theDumpOfATreeHasAllContextsAndSaysWhichDoNotAnswer() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create().name("web"));
      Context below = child.connect(Local.create().name("db"));
      below.fire(DumpTest::hang);
      Context gone = router.connect(Local.create().name("gone"));
      long pid = gone.call(DumpTest::pid);
      Shell.check("kill -STOP " + pid);

      String dump = router.dump(Duration.ofSeconds(5));

      assertThat(dump)
          .contains("master (0), process ", "web (1), process ", "db (2), process ")
          .contains("DumpTest.hang(")
          .containsPattern("gone \\(3\\), .* took longer than 5000 ms");
      Shell.check("kill -KILL " + pid);
    }
  }

  static long pid() {
    return ProcessHandle.current().pid();
  }
}
