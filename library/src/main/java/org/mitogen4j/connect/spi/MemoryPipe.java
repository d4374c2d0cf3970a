package org.mitogen4j.connect.spi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A pipe within the JVM, for connections to contexts in the same process. As with pipes of the
 * operating system, it holds up to 64 KiB: a thread that writes blocks while it is full, one that
 * reads while it is empty, and an interrupt ends neither. Any thread may use it.
 */
public final class MemoryPipe {
  private static final int MOST = 1 << 16;
  private static final int KEPT = 1 << 12;

  @GuardedBy("this")
  private byte[] buf = new byte[KEPT];

  @GuardedBy("this")
  private int head;

  @GuardedBy("this")
  private int size;

  @GuardedBy("this")
  private boolean closed;

  synchronized boolean isOpen() {
    return !closed;
  }

  /** Closes both ends: writing throws from now on, reading gives what was written and the end. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private synchronized void write(byte[] b, int off, int len) throws IOException {
    for (int done = 0; done < len; ) {
      if (size == buf.length && size < MOST) {
        grow(size + len - done);
      } else if (size == MOST) {
        await(MOST);
      }
      if (closed) {
        throw new IOException("the pipe is closed");
      }
      int at = (head + size) % buf.length;
      int n = Math.min(len - done, Math.min(buf.length - size, buf.length - at));
      System.arraycopy(b, off + done, buf, at, n);
      size += n;
      done += n;
      notifyAll();
    }
  }

  /** Makes room for this number of bytes, up to the most that a pipe may hold. */
  @GuardedBy("this")
  private void grow(int wanted) {
    int room = buf.length;
    while (room < Math.min(wanted, MOST)) {
      room *= 2;
    }
    byte[] larger = new byte[room];
    int first = Math.min(size, buf.length - head);
    System.arraycopy(buf, head, larger, 0, first);
    System.arraycopy(buf, 0, larger, first, size - first);
    head = 0;
    buf = larger;
  }

  private synchronized int read(byte[] b, int off, int len) throws IOException {
    if (size == 0) {
      await(0);
    }
    if (size == 0) {
      return -1;
    }
    int n = Math.min(len, Math.min(size, buf.length - head));
    System.arraycopy(buf, head, b, off, n);
    head = (head + n) % buf.length;
    size -= n;
    if (size == 0 && buf.length > KEPT) { // many pipes are idle most of the time
      buf = new byte[KEPT];
      head = 0;
    }
    notifyAll();
    return n;
  }

  /** Waits while the pipe holds this number of bytes; an interrupt does not end that. */
  @GuardedBy("this")
  private void await(int full) {
    boolean interrupted = false;
    while (size == full && !closed) {
      try {
        wait(); // until write, read or close
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A new stream that reads from the pipe; closing it closes the pipe. */
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return MemoryPipe.this.read(b, off, len);
      }

      @Override
      public void close() {
        MemoryPipe.this.close();
      }
    };
  }

  /** A new stream that writes to the pipe; closing it closes the pipe. */
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] b, int off, int len) throws IOException {
        MemoryPipe.this.write(b, off, len);
      }

      @Override
      public void close() {
        MemoryPipe.this.close();
      }
    };
  }
}
