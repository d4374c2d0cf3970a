package org.mitogen4j.connect.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryPipeTest {
  @Test
  void bytesArriveInOrderWhateverTheLengthsOfWritesAndReads() throws Exception {
    MemoryPipe pipe = new MemoryPipe();
    byte[] sent = new byte[1 << 22];
    new Random(1).nextBytes(sent);
    CompletableFuture<byte[]> received =
        CompletableFuture.supplyAsync(
            () -> {
              byte[] all = new byte[sent.length];
              Random lengths = new Random(2);
              try (InputStream in = pipe.input()) {
                for (int at = 0; at < all.length; ) {
                  int n = Math.min(all.length - at, 1 + lengths.nextInt(1 << lengths.nextInt(18)));
                  at += in.read(all, at, n);
                }
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return all;
            });
    Random lengths = new Random(3);
    OutputStream out = pipe.output();
    for (int at = 0; at < sent.length; ) {
      int n = Math.min(sent.length - at, 1 + lengths.nextInt(1 << lengths.nextInt(18)));
      out.write(sent, at, n);
      at += n;
    }
    assertThat(received.get(50, TimeUnit.SECONDS)).isEqualTo(sent);
  }
}
