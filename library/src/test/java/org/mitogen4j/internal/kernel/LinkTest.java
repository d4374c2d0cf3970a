package org.mitogen4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LinkTest {
  private static final int SMALL = 10;

  private final MessageRouter router =
      new MessageRouter(
          new Object[] {0, new Object[0], "test"}, new ClassCache(new byte[0], new byte[0]));
  private final Link stream = new Link(router, 1);

  @Test
  void anUrgentFrameOvertakesBulkFramesAndCutsNone() throws Exception {
    Held out = new Held();
    stream.attach(InputStream.nullInputStream(), out);
    stream.begin(new byte[0]);
    out.hold();
    Thread first = new Thread(() -> send(Header.BULK, Header.MAX_PAYLOAD));
    first.start();
    out.awaitWrite();
    send(Header.BULK, Header.MAX_PAYLOAD);
    send(Header.BULK, Header.MAX_PAYLOAD);
    send(0, SMALL);
    out.release();
    first.join();

    assertThat(lengths(out.bytes.toByteArray()))
        .containsExactly(Header.MAX_PAYLOAD, SMALL, Header.MAX_PAYLOAD, Header.MAX_PAYLOAD);
  }

  private void send(int flags, int length) {
    byte[] head = new byte[Header.SIZE];
    byte[] payload = new byte[length];
    java.util.Arrays.fill(payload, (byte) 0x55);
    Header.put(head, length, flags, 1, 0, 0, Handle.FIRST_FREE, 0);
    stream.send(head, 0, head.length, payload, 0, length, true);
  }

  private static List<Integer> lengths(byte[] written) {
    List<Integer> lengths = new ArrayList<>();
    ByteBuffer frames = ByteBuffer.wrap(written);
    while (frames.hasRemaining()) {
      int length = frames.getInt(frames.position());
      lengths.add(length);
      frames.position(frames.position() + Header.SIZE + length);
    }
    return lengths;
  }

  /** Keeps what is written, and holds up a writer. */
  private static final class Held extends OutputStream {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CountDownLatch isWriting = new CountDownLatch(1);
    private volatile CountDownLatch held = new CountDownLatch(0);

    void hold() {
      held = new CountDownLatch(1);
    }

    void release() {
      held.countDown();
    }

    void awaitWrite() throws InterruptedException {
      assertThat(isWriting.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] b, int off, int n) {
      bytes.write(b, off, n);
      if (held.getCount() > 0) {
        isWriting.countDown();
        try {
          held.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
