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
 * The two directions of a socket: one thread reads while another writes. As with pipes, a thread
 * that is interrupted goes on, with its interrupt kept for later; a blocking channel is closed by
 * it, so this one does not block.
 */
public final class SocketLink implements Closeable {
  private final SocketChannel channel;
  private Selector readable;
  private Selector writable;

  /** Takes the channel over; when this fails, it is closed. */
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
      close(writable); // only now the system closes the socket
    }
  }

  private static void close(Selector selector) throws IOException {
    if (selector != null) {
      selector.close();
    }
  }
}
