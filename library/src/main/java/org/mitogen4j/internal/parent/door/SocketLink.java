package org.mitogen4j.internal.parent.door;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The two streams of a socket: one thread may read while another writes. As with pipes, an
 * interrupted thread goes on and keeps its interrupt. An interrupt would close a blocking channel,
 * so this one is not blocking.
 */
public final class SocketLink implements Closeable {
  private final SocketChannel channel;
  private Selector readable;
  private Selector writable;

  /** Takes the channel over; closes it if that fails. */
  public SocketLink(SocketChannel channel) throws IOException {
    this.channel = channel;
    try {
      channel.configureBlocking(false);
      readable = Selector.open();
      writable = Selector.open();
      channel.register(readable, SelectionKey.OP_READ);
      channel.register(writable, SelectionKey.OP_WRITE);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return move(ByteBuffer.wrap(b, off, len), readable);
      }
    };
  }

  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] b, int off, int len) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(b, off, len);
        while (buffer.hasRemaining()) {
          move(buffer, writable);
        }
      }
    };
  }

  /** Reads or writes at least one byte; -1 at the end. */
  private int move(ByteBuffer bytes, Selector ready) throws IOException {
    boolean interrupted = false;
    try {
      for (; ; ) {
        int n = ready == readable ? channel.read(bytes) : channel.write(bytes);
        if (n != 0 || !bytes.hasRemaining()) {
          return n;
        }
        ready.select(); // until ready, interrupted or closed
        ready.selectedKeys().clear();
        interrupted |= Thread.interrupted();
      }
    } catch (ClosedSelectorException | ClosedChannelException e) {
      throw new IOException("the link is closed", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends both directions: threads that read or write get an end or an error. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      close(readable);
      close(writable); // the system closes the socket with its last selector
    }
  }

  private static void close(Selector selector) throws IOException {
    if (selector != null) {
      selector.close();
    }
  }
}
