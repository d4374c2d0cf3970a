package org.mitogen4j.connect;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A buffer from one thread to another. The writing thread never waits: bytes for which there is no
 * room are dropped, and a line in their place says how many they were.
 */
final class BoundedBuffer extends InputStream {
  private final int most;

  @GuardedBy("this")
  private byte[] buf = {};

  /** Bytes that were dropped behind those that wait; while there are any, all more are, too. */
  @GuardedBy("this")
  private long dropped;

  @GuardedBy("this")
  private byte last = '\n';

  @GuardedBy("this")
  private boolean closed;

  BoundedBuffer(int most) {
    this.most = most;
  }

  synchronized void write(byte[] b, int off, int len) {
    if (closed || len == 0) {
      return;
    } else if (dropped > 0 || buf.length + len > most) {
      dropped += len;
    } else {
      int size = buf.length;
      last = b[off + len - 1];
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
    while (buf.length == 0 && dropped == 0 && !closed) {
      try {
        wait(); // until write or close
      } catch (InterruptedException e) {
        interrupted = true; // no interrupt ends the reading of a pipe either
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (buf.length == 0 && dropped > 0) {
      buf = note();
    } else if (buf.length == 0) {
      return -1;
    }
    int n = Math.min(len, buf.length);
    System.arraycopy(buf, 0, b, off, n);
    buf = Arrays.copyOfRange(buf, n, buf.length);
    return n;
  }

  /** The line that stands for what was dropped. */
  @GuardedBy("this")
  private byte[] note() {
    String end = last == '\n' ? "" : "\n";
    String note =
        end + "[" + dropped + " bytes are missing: they came faster than they were read]\n";
    dropped = 0;
    last = '\n';
    return note.getBytes(StandardCharsets.US_ASCII);
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
