package org.mitogen4j.connect;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InputStream;
import java.util.Arrays;

/** Bytes that one thread hands to another: it never waits for that, but drops what has no room. */
final class BoundedBuffer extends InputStream {
  private final int most;

  @GuardedBy("this")
  private byte[] buf = {};

  @GuardedBy("this")
  private boolean closed;

  BoundedBuffer(int most) {
    this.most = most;
  }

  synchronized void write(byte[] b, int off, int len) {
    if (!closed && buf.length + len <= most) {
      int size = buf.length;
      buf = Arrays.copyOf(buf, size + len);
      System.arraycopy(b, off, buf, size, len);
      notifyAll();
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public synchronized int read(byte[] b, int off, int len) {
    boolean interrupted = false;
    while (buf.length == 0 && !closed) {
      try {
        wait(); // until write or close
      } catch (InterruptedException e) {
        interrupted = true; // no interrupt ends the reading of a pipe either
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (buf.length == 0) {
      return -1;
    }
    int n = Math.min(len, buf.length);
    System.arraycopy(buf, 0, b, off, n);
    buf = Arrays.copyOfRange(buf, n, buf.length);
    return n;
  }

  @Override
  public synchronized int available() {
    return buf.length;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
