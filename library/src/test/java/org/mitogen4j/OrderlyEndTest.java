package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** The last words of contexts, however they end, and how long these may take. */
@Timeout(60)
class OrderlyEndTest {
  private final RecordedLog log = new RecordedLog();

  static void lastWords(String how) {
    for (int i = 0; i < 200; i++) {
      System.out.println("line " + i);
    }
    Shell.check("echo from a program; echo from a program >&2");
    System.out.println("last");
    System.out.print("no line break");
    if (how.equals("halt")) {
      System.out.println();
      Runtime.getRuntime().halt(0);
    } else if (how.equals("exit")) {
      System.exit(0);
    } else if (how.equals("kill")) {
      System.out.println();
      Shell.run("kill -KILL " + ProcessHandle.current().pid());
    }
  }

  @Test
  void theLastLinesArriveHoweverAContextEnds() throws Exception {
    for (String how : new String[] {"exit", "halt", "kill", "shutdown"}) {
      log.clear();
      try (Router router = Router.create().logTo(log)) {
        Context child = router.connect(Local.create().name("web"));
        if (how.equals("shutdown")) {
          child.run(OrderlyEndTest::lastWords, how);
          child.shutdown(Duration.ofSeconds(10));
        } else {
          assertThatThrownBy(() -> child.run(OrderlyEndTest::lastWords, how))
              .as(how)
              .isInstanceOf(DisconnectedException.class);
        }
      }
      assertThat(log.of("stdout")).as(how).contains("line 0", "line 199", "last", "no line break");
      assertThat(log.of("stderr")).as(how).contains("from a program");
      if (how.equals("exit") || how.equals("shutdown")) {
        assertThat(log.of("stdout")).as(how).contains("from a program");
      }
    }
  }

  static void slowHook(long millis) {
    Thread hook =
        new Thread(
            () -> {
              try {
                Thread.sleep(millis);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              System.err.println("the hook has run");
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Test
  void theEndLimitBoundsHowLongHooksMayTake() throws Exception {
    RouterOptions patient = RouterOptions.defaults().endLimit(Duration.ofSeconds(20));
    long begun = System.nanoTime();
    try (Router router = Router.create(patient).logTo(log)) {
      Context child = router.connect(Local.create().name("web"));
      child.run(OrderlyEndTest::slowHook, 3000L);
    }
    assertThat(log.of("stderr")).contains("the hook has run");
    assertThat(System.nanoTime() - begun).isLessThan(20_000_000_000L);
  }
}
