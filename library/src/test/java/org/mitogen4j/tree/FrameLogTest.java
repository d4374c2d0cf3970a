package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Logged;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;

@Timeout(30)
class FrameLogTest {
  private static final Logger LOG = Logger.getLogger("org.mitogen4j.frames");

  static int size(byte[] data) {
    return data.length;
  }

  private static List<String> frames(Level level) throws Exception {
    LOG.setLevel(level);
    try (Logged logged = new Logged()) {
      try (Router router = Router.create()) {
        Context child = router.connect(InProcess.create());
        assertThat(child.call(FrameLogTest::size, new byte[10])).isEqualTo(10);
        assertThat(child.call(FrameLogTest::size, new byte[100_000])).isEqualTo(100_000);
      }
      return logged.of(LOG.getName());
    } finally {
      LOG.setLevel(null);
    }
  }

  @Test
  void eachFrameIsALine() throws Exception {
    List<String> lines = frames(Level.FINE);

    assertThat(lines)
        .allMatch(l -> l.matches("(<<|>>) \\d+->-?\\d+ handle \\d+ \\d+ bytes[A-Z ]*"));
    assertThat(lines).anyMatch(l -> l.matches("<< 1->0 handle 9 \\d+ bytes")); // ADD_ROUTE
    assertThat(lines).anyMatch(l -> l.matches(">> 0->1 handle 3 \\d+ bytes")); // CALL
    assertThat(lines).anyMatch(l -> l.matches("<< 1->0 handle 1\\d\\d\\d \\d+ bytes"));
    assertThat(lines).anyMatch(l -> l.matches(">> 0->1 handle 3 \\d+ bytes MORE BULK FIRST"));
    assertThat(lines).anyMatch(l -> l.matches(">> 0->1 handle 3 \\d+ bytes BULK"));
  }

  @Test
  void nothingIsLoggedWhenItIsOff() throws Exception {
    assertThat(frames(Level.INFO)).isEmpty();
  }
}
