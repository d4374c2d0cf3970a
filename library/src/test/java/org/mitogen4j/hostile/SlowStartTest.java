package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** How long a start may take says the connect timeout, and nothing else. */
@Timeout(30)
class SlowStartTest {
  private static final long HEARTBEAT = 50;

  @Test
  void aStartMayTakeLongerThanAnySilence() throws Exception {
    try (Router master = TestRouters.create(1 << 20, false, HEARTBEAT);
        Peer peer = new Peer()) {
      Context child = master.connectAsync(peer.method());
      peer.meet();

      Thread.sleep(20 * HEARTBEAT); // it takes that long to come up
      peer.up();

      child.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void aCarrierThatDoesNotReadIsGivenUpAfterTheConnectTimeout() throws Exception {
    try (Router master = Router.create()) {
      ConnectionMethod<?> method = new Deaf().name("deaf").connectTimeout(Duration.ofMillis(300));

      assertThatThrownBy(() -> master.connect(method))
          .isInstanceOfSatisfying(
              StartException.class,
              e -> assertThat(e.reason()).isEqualTo(StartException.Reason.TIMEOUT))
          .hasMessage(
              "can't start deaf by nobody: no sign of life within the connect timeout of 300 ms,"
                  + " which connectTimeout() sets");
    }
  }

  /** A program that runs, and neither reads nor says anything. */
  private static final class Deaf extends ConnectionMethod<Deaf> {
    private static final long serialVersionUID = 1;

    @Override
    public Connection open(Bootstrap bootstrap) {
      CountDownLatch closed = new CountDownLatch(1);
      InputStream in =
          new InputStream() {
            @Override
            public int read() throws IOException {
              hang(closed);
              return -1;
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
              return read();
            }
          };
      OutputStream out =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              hang(closed);
              throw new IOException("closed");
            }
          };
      return new Line(bootstrap.preamble(), in, out, closed::countDown);
    }

    @Override
    public String defaultName() {
      return "deaf";
    }

    @Override
    public String toString() {
      return "nobody";
    }
  }

  private static void hang(CountDownLatch closed) throws IOException {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }
}
