package org.mitogen4j.internal.parent.start;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The stream to a child. Until the child is up it keeps what is written, so that a further attempt
 * can send it again. A failed write does not fail the start: the thread that reads from the child
 * finds the cause. One thread at a time may write.
 */
final class FirstFlightBuffer extends OutputStream {
  private final Consumer<IOException> lost;
  private volatile OutputStream to;
  private volatile boolean landed;

  @GuardedBy("this")
  private ByteArrayOutputStream kept = new ByteArrayOutputStream();

  @GuardedBy("this")
  private int ahead;

  /**
   * @param ahead the number of first bytes, which belong to this attempt alone
   * @param lost is told when a write fails while the child is up; must not block
   */
  FirstFlightBuffer(OutputStream to, int ahead, Consumer<IOException> lost) {
    this.lost = lost;
    this.to = to;
    this.ahead = ahead;
  }

  /** Notes that the child is up. Called on the reading thread, so it does not block. */
  void land() {
    landed = true;
  }

  /** Changes to another connection, and writes all to it that was written so far. */
  synchronized void again(OutputStream other, byte[] preamble) {
    to = other;
    byte[] all = Arrays.copyOf(preamble, preamble.length + kept.size());
    System.arraycopy(kept.toByteArray(), 0, all, preamble.length, kept.size());
    pass(all, 0, all.length);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    if (landed) {
      synchronized (this) {
        kept = null;
      }
      IOException failure = pass(b, off, len);
      if (failure != null) {
        lost.accept(failure);
      }
      return;
    }
    synchronized (this) {
      int own = Math.min(ahead, len);
      ahead -= own;
      kept.write(b, off + own, len - own);
      pass(b, off, len);
    }
  }

  private IOException pass(byte[] b, int off, int len) {
    try {
      to.write(b, off, len);
      to.flush();
      return null;
    } catch (IOException e) {
      return e; // the reading thread finds the cause
    } catch (RuntimeException e) {
      return new IOException(e.toString(), e); // a connection of the program's own may throw it
    }
  }
}
