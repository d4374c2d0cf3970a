package org.mitogen4j;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Carries bytes between a channel and two streams, on two threads, until one of the three ends;
 * then all are closed.
 */
final class ChannelRelay {
  /** The most bytes of one item. */
  private static final int ITEM = 1 << 15;

  private final Channel<byte[], byte[]> channel;
  private final InputStream in;
  private final OutputStream out;

  /**
   * Relays nothing before {@link #start}.
   *
   * @param in what it sends over the channel; closing it ends a read
   * @param out what comes over the channel is written to it; closing it ends a write
   */
  ChannelRelay(Channel<byte[], byte[]> channel, InputStream in, OutputStream out) {
    this.channel = channel;
    this.in = in;
    this.out = out;
  }

  void start() {
    start("send", this::send);
    start("receive", this::receive);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, "mitogen shared process " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void send() {
    byte[] item = new byte[ITEM];
    try {
      for (int n; (n = in.read(item)) > 0; ) {
        channel.send(Arrays.copyOf(item, n));
      }
    } catch (IOException | MitogenException ended) {
      // the other thread ends, too
    } finally {
      close();
    }
  }

  private void receive() {
    try {
      for (byte[] item : channel) {
        out.write(item);
      }
    } catch (IOException | MitogenException ended) {
      // the other thread ends, too
    } catch (ClassCastException | NullPointerException other) {
      // a context that sends anything else ends its connection
    } finally {
      close();
    }
  }

  /** Ends both directions. Does not block. Closing it again does nothing. */
  void close() {
    channel.close();
    close(in);
    close(out);
  }

  private static void close(Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // then it is closed
    }
  }
}
