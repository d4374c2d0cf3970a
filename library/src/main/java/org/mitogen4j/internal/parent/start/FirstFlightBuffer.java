package org.mitogen4j.internal.parent.start;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What is written to a child. Until the child is up it is kept, so that another attempt at starting
 * it can begin with the same. A failed write is no failure of the start: the thread that reads from
 * the child learns why. As with any output stream of ours, one thread at a time writes.
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
   * @param ahead how many bytes come first that belong to this attempt alone
   * @param lost told when a child that is up does not take what is written; must not block
   */
  FirstFlightBuffer(OutputStream to, int ahead, Consumer<IOException> lost) {
    this.lost = lost;
    this.to = to;
    this.ahead = ahead;
  }

  /** The child is up. Does not block, for it is told on the reading thread. */
  void land() {
    landed = true;
  }

  /** Goes on over another connection, which first gets all that was written so far. */
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
      return e; // the reader learns why the other end closed
    } catch (RuntimeException e) {
      return new IOException(e.toString(), e); // a method of the program's own
    }
  }
}
