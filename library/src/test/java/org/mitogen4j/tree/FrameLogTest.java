package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;

@Timeout(30)
class FrameLogTest {
  private static final Logger LOG = Logger.getLogger("mitogen.frames");

  static int size(byte[] data) {
    return data.length;
  }

  private static List<String> frames(Level level) throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord r) {
            lines.add(String.valueOf(r.getParameters()[0]));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    LOG.setLevel(level);
    LOG.addHandler(handler);
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(FrameLogTest::size, new byte[10])).isEqualTo(10);
      assertThat(child.call(FrameLogTest::size, new byte[100_000])).isEqualTo(100_000);
    } finally {
      LOG.removeHandler(handler);
      LOG.setLevel(null);
    }
    return lines;
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
