package org.mitogen4j.connect.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;

/** A connection over the pipes of a program. */
@Timeout(30)
class ProcessConnectionTest {
  @Test
  void releasingAProgramThatDoesNotReadDoesNotBlock() throws Exception {
    Process sleep = ProcessConnection.launch(Arrays.asList("sleep", "60"));
    try {
      ProcessConnection connection = new ProcessConnection(sleep, "sleep", new byte[0]);
      Thread writer =
          new Thread(
              () -> {
                try {
                  connection.output().write(new byte[1 << 20]);
                } catch (IOException ended) {
                  // it was killed
                }
              });
      writer.start();
      Await.until(() -> isWriting(writer));

      connection.release();

      assertThat(writer.isAlive()).isTrue();
      assertThat(sleep.isAlive()).isTrue();
      sleep.destroyForcibly();
      writer.join(TimeUnit.SECONDS.toMillis(10));
      assertThat(writer.isAlive()).isFalse();
    } finally {
      sleep.destroyForcibly();
    }
  }

  private static boolean isWriting(Thread writer) {
    return Arrays.stream(writer.getStackTrace())
        .anyMatch(f -> f.getMethodName().equals("writeBytes"));
  }
}
