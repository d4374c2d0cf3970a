package org.mitogen4j.parent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * What is written to a child. Until the child is up it is kept, so that another attempt at starting
 * it can begin with the same; and until then it is no failure that nobody takes it: who reads from
 * the child learns why. As with any output stream of ours, one thread at a time writes.
 */
final class Flight extends OutputStream {
  private volatile OutputStream to;
  private volatile boolean landed;
  private ByteArrayOutputStream kept = new ByteArrayOutputStream(); // guarded by this
  private int ahead; // guarded by this

  /**
   * @param ahead how many bytes come first that belong to this attempt alone
   */
  Flight(OutputStream to, int ahead) {
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
      kept = null;
      to.write(b, off, len);
      to.flush();
      return;
    }
    synchronized (this) {
      int own = Math.min(ahead, len);
      ahead -= own;
      kept.write(b, off + own, len - own);
      pass(b, off, len);
    }
  }

  private void pass(byte[] b, int off, int len) { // this is held
    try {
      to.write(b, off, len);
      to.flush();
    } catch (IOException e) {
      // the reader learns why the other end closed
    }
  }
}
