package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.MessageRouter;

/** A child in the same JVM, where it is not like others. */
@Timeout(30)
class InProcessTest {
  private static final Path ENVIRONMENT = Paths.get("/proc/self/environ");

  static void loseItsParent() {
    MessageRouter router = TestRouters.of(Router.current()).router;
    router.parent.end(new EndCause(EndCause.LOST, "lost"));
  }

  /** The environment that programs inherit, after an in-process child was started. */
  static String environmentWithInProcessChild() throws Exception {
    try (Context child = Router.current().connect(InProcess.create())) {
      assertThat(child.call(() -> 3)).isEqualTo(3);
    }
    String environment = new String(Files.readAllBytes(ENVIRONMENT), StandardCharsets.ISO_8859_1);
    return environment.replace('\0', '\n');
  }

  /** Each context that starts in a process of its own undoes what the script did to LC_ALL. */
  @Test
  void anInProcessChildLeavesTheLocaleOfItsProcessAlone() throws Exception {
    assumeTrue(Files.isReadable(ENVIRONMENT), "there is no " + ENVIRONMENT);
    try (Router router = Router.create()) {
      Context process = router.connect(new StartEnvironmentTest.In("LC_ALL=C.UTF-8"));

      assertThat(process.call(InProcessTest::environmentWithInProcessChild))
          .contains("LC_ALL=C.UTF-8\n");
    }
  }

  @Test
  void aContextThatHadStartedIsNotReportedAsNotStarted() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create().name("child"));

      assertThatThrownBy(() -> child.run(InProcessTest::loseItsParent))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("did not say why: in-process: the in-process context ended")
          .hasMessageContaining(
              "the last function called there was " + InProcessTest.class.getName());
    }
  }
}
