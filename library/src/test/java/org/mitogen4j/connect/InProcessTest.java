package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  static void loseItsParent() {
    MessageRouter router = TestRouters.of(Router.current()).router;
    router.parent.end(new EndCause(EndCause.LOST, "lost"));
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
