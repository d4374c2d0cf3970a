package org.mitogen4j.internal.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;

/** Changes, drops, repeats or inserts a byte now and then, as a bad line does. */
final class DamagingStream extends OutputStream {
  private final OutputStream out;
  private final Random random;
  private final int interval;
  private final boolean sevenBits;
  private long bytes;

  /**
   * @param interval the average number of bytes from one damaged byte to the next; 0 for no damage
   * @param sevenBits whether the eighth bit of all bytes is lost
   */
  DamagingStream(OutputStream out, long seed, int interval, boolean sevenBits) {
    this.out = out;
    this.random = new Random(seed);
    this.interval = interval;
    this.sevenBits = sevenBits;
  }

  /** The bytes that were written, whatever came of them. */
  synchronized long bytes() {
    return bytes;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    for (int i = off; i < off + len; i++) {
      boolean isDamaged = interval > 0 && random.nextInt(interval) == 0;
      int kind = isDamaged ? random.nextInt(4) : 4;
      if (kind == 0 || kind == 1) {
        damaged.write(random.nextInt(256)); // in its place, or ahead of it
      }
      if (kind == 1 || kind == 2 || kind == 4) {
        damaged.write(b[i] & (sevenBits ? 127 : 255));
      }
      if (kind == 2) {
        damaged.write(b[i]);
      }
    }
    synchronized (this) {
      bytes += len;
    }
    out.write(damaged.toByteArray());
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
