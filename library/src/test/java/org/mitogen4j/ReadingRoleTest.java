package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Which thread of a child reads from the parent while short calls run where they were read. */
@MitogenTest
class ReadingRoleTest {
  private static final int CALLS = 20_000;

  private static volatile boolean stopped;
  private static volatile boolean hasStopped;
  private static volatile long odd;
  private static volatile long wrong;

  static void nothing() {}

  /** Looks at the role on a thread of its own, as often as it can. */
  static void watch() throws Exception {
    ContextRuntime context = TestRouters.of(Router.current());
    Field role = ContextRuntime.class.getDeclaredField("reading");
    role.setAccessible(true);
    Field turns = role.getType().getDeclaredField("turn");
    turns.setAccessible(true);
    AtomicLong turn = (AtomicLong) turns.get(role.get(context));
    Link parent = context.router.parent;
    Thread watcher =
        new Thread(
            () -> {
              long inCalls = 0;
              long named = 0;
              while (!stopped) {
                long before = turn.get();
                Thread reader = parent.reader;
                if (before % 2 == 1 && turn.get() == before) {
                  inCalls++;
                  named += reader == null ? 0 : 1;
                }
              }
              odd = inCalls;
              wrong = named;
              hasStopped = true;
            },
            "watcher");
    watcher.setDaemon(true);
    watcher.start();
  }

  static long[] seen() {
    stopped = true;
    while (!hasStopped) {
      Thread.onSpinWait();
    }
    return new long[] {odd, wrong};
  }

  /**
   * As long as the turn is odd the follower may take the role and name itself the reader. A thread
   * that clears the name later takes it from the follower, which then stops reading: nobody reads.
   */
  @Test
  void theReaderClearsItsNameBeforeTheFollowerMayTakeTheRole(
      @Child(Child.Kind.LOCAL) Context child) {
    child.run(ReadingRoleTest::watch);
    for (int i = 0; i < CALLS; i++) {
      child.run(ReadingRoleTest::nothing);
    }
    long[] seen = child.call(ReadingRoleTest::seen);

    assertThat(seen[0]).as("looks while a call ran where it was read").isPositive();
    assertThat(seen[1]).as("looks at which the reader still had its name").isZero();
  }
}
