package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** An end in good order. */
class ShutdownTest {
  static void print(String text) {
    System.out.print(text);
  }

  @Test
  void whatAYoungContextPrintedIsNotLost() throws Exception {
    LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord r) {
            lines.add(r.getLoggerName() + ": " + r.getParameters()[0]);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("mitogen");
    logger.addHandler(handler);
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create().name("young"));
      child.run(ShutdownTest::print, "last words, without a line's end");
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(lines).contains("mitogen.young.stdout: last words, without a line's end");
  }
}
