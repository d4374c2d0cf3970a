package org.mitogen4j;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes between a channel and two streams in memory, on two threads, until one of the three
 * ends; then all are closed.
 */
final class ChannelRelay {
  /** The most bytes of one item. */
  private static final int ITEM = 1 << 15;

  private final Channel<byte[], byte[]> channel;
  private final InputStream in;
  private final OutputStream out;
  private final Thread sending = thread("send", this::send);
  private final Thread receiving = thread("receive", this::receive);

  /** Why the channel failed; null while it works, and if it was closed in good order. */
  private final AtomicReference<String> failure = new AtomicReference<>();

  /**
   * Relays nothing before {@link #start}.
   *
   * @param in its bytes are sent over the channel; closing it wakes a thread that reads it
   * @param out gets the bytes that come over the channel; closing it wakes a thread that writes to
   *     it
   */
  ChannelRelay(Channel<byte[], byte[]> channel, InputStream in, OutputStream out) {
    this.channel = channel;
    this.in = in;
    this.out = out;
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, "mitogen stream shared process " + name);
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    receiving.start();
    sending.start();
  }

  private void send() {
    byte[] item = new byte[ITEM];
    try {
      for (int n; (n = in.read(item)) > 0; ) {
        channel.send(Arrays.copyOf(item, n));
      }
    } catch (IOException | MitogenException ended) {
      failed(ended);
    } finally {
      channel.close(); // only here, for it waits for a thread that sends
      close();
    }
  }

  private void receive() {
    try {
      for (byte[] item : channel) {
        if (item == null || item.length > ITEM) {
          failure.compareAndSet(null, "the other end sent something other than a relay does");
          return;
        }
        out.write(item);
      }
    } catch (IOException | MitogenException ended) {
      failed(ended);
    } finally {
      close();
    }
  }

  private void failed(Exception ended) {
    if (!(ended instanceof IOException || ended instanceof ClosedException)
        && !Thread.currentThread().isInterrupted()) {
      failure.compareAndSet(null, ended.getMessage());
    }
  }

  /** Why the channel failed; null while it works, and if it was closed in good order. */
  @Nullable String failure() {
    return failure.get();
  }

  /** Ends both directions. Does not wait for the other side. Closing it again does nothing. */
  void close() {
    close(in);
    close(out);
    sending.interrupt(); // it may wait for the other side
  }

  private static void close(Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // these streams are pipes in memory: closing loses nothing
    }
  }
}
