package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;

/** Lines that come by the pipe of a process's standard output. */
@Timeout(30)
class OutputForwarderTest {
  private static final class Lines implements LogBackend {
    final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public boolean isLoggable(String logger, Level level) {
      return true;
    }

    @Override
    public void log(ContextLogRecord record) {
      all.add(record.getMessage());
    }

    @Override
    public Map<String, Level> levels() {
      return Collections.emptyMap();
    }
  }

  @Test
  void aLineThatIsPrintedLaterWaitsForThoseThatWereInThePipe() throws Exception {
    Lines lines = new Lines();
    try (Router router = Router.create().logTo(lines);
        PipedOutputStream pipe = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(pipe)) {
      ContextRuntime context = TestRouters.of(router);
      pipe.write("early\nalso early\n".getBytes(StandardCharsets.US_ASCII));
      OutputForwarder forwarder = new OutputForwarder(context, in);
      Thread printing =
          new Thread(
              () -> {
                forwarder.awaitEarly();
                OutputForwarder.sendAnyway(
                    context,
                    OutputForwarder.message(
                        context,
                        OutputForwarder.STDOUT,
                        context.router.id,
                        "late\n".getBytes(StandardCharsets.US_ASCII)));
              });
      printing.start();
      Await.until(() -> printing.getState() == Thread.State.TIMED_WAITING);

      new Thread(forwarder).start(); // ends with the pipe

      printing.join();
      Await.until(() -> lines.all.size() == 3);
      assertThat(lines.all)
          .containsExactly("context 0: early", "context 0: also early", "context 0: late");
    }
  }
}
