package org.mitogen4j.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;

class MitogenExtensionTest {
  private static volatile Router used;
  private static volatile Process process;
  private static final CountDownLatch GO = new CountDownLatch(1);

  /** What users write; run below by a JUnit of its own. */
  @MitogenTest
  static class Good {
    private Context fromBefore;

    @BeforeEach
    void connect(Context child) {
      fromBefore = child;
    }

    @Test
    void childrenCompute(Router router, Context child, @Child(name = "named") Context named) {
      used = router;
      assertThat(router.contexts()).containsExactly(fromBefore, child, named);
      assertThat(named.name()).isEqualTo("named");
      int seven = child.call(Integer::parseInt, "7");
      assertThat(seven).isEqualTo(7);
    }

    @Test
    void aLocalChildHasItsOwnProcessAndArguments(
        @Child(value = Child.Kind.LOCAL, jvmArguments = "-Dcolour=red") Context child) {
      long pid = child.call(Good::pid);
      assertThat(pid).isNotEqualTo(ProcessHandle.current().pid());
      String colour = child.call(System::getProperty, "colour");
      assertThat(colour).isEqualTo("red");
    }

    static long pid() {
      return ProcessHandle.current().pid();
    }
  }

  static class WithOptions {
    @RegisterExtension
    static final MitogenExtension TREE =
        MitogenExtension.with(RouterOptions.defaults().heartbeat(Duration.ofSeconds(3)));

    @Test
    void aRouterIsCreated(Router router) {
      used = router;
    }
  }

  @MitogenTest
  static class Bad {
    @Test
    void aThreadOfTheLibraryIsLeft() throws InterruptedException {
      CountDownLatch runs = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                runs.countDown();
                try {
                  GO.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "mitogen test left");
      thread.setDaemon(true);
      thread.start();
      runs.await();
    }

    @Test
    void aProcessIsLeft() throws IOException {
      process = new ProcessBuilder("sleep", "60").start();
    }

    @Test
    void aFolderIsLeft() throws IOException {
      Files.createDirectory(Path.of("/tmp/mitogen.left-by-a-test"));
    }
  }

  @Test
  void aTestGetsOneRouterAndAChildForEachParameterAndTheRouterIsClosed() {
    succeeds(run(Good.class, "childrenCompute", Router.class, Context.class, Context.class));
    assertThat(used.counters().toString())
        .isEqualTo("0 contexts, 0 children, 0 routes, 0 handles, 0 calls");
  }

  @Test
  void aLocalChildIsAProcessWithTheArgumentsGiven() {
    succeeds(run(Good.class, "aLocalChildHasItsOwnProcessAndArguments", Context.class));
  }

  @Test
  void aRegisteredExtensionCreatesRoutersWithItsOptions() {
    succeeds(run(WithOptions.class, "aRouterIsCreated", Router.class));
    assertThat(used).isNotNull();
  }

  @Test
  void aTestThatLeavesAThreadFails() {
    try {
      fails(run(Bad.class, "aThreadOfTheLibraryIsLeft"), "thread 'mitogen test left'");
    } finally {
      GO.countDown();
    }
  }

  @Test
  void aTestThatLeavesAProcessFails() {
    try {
      fails(run(Bad.class, "aProcessIsLeft"), "process ");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aTestThatLeavesAFolderFails() throws IOException {
    try {
      fails(run(Bad.class, "aFolderIsLeft"), "file /tmp/mitogen.left-by-a-test");
    } finally {
      Files.delete(Path.of("/tmp/mitogen.left-by-a-test"));
    }
  }

  private static void succeeds(Events tests) {
    assertThat(tests.failed().stream().map(Event::getPayload)).isEmpty();
    tests.assertStatistics(s -> s.succeeded(1));
  }

  private static void fails(Events tests, String left) {
    tests
        .assertThatEvents()
        .haveExactly(
            1,
            finishedWithFailure(
                instanceOf(AssertionError.class), message(text -> text.contains(left))));
  }

  private static Events run(Class<?> type, String method, Class<?>... parameters) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(type, method, parameters))
        .execute()
        .testEvents();
  }
}
