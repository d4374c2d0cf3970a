package org.mitogen4j.internal.kernel;

import java.util.Arrays;

/** Bytes that wait to be written. Guarded by its link. */
final class FrameQueue {
  byte[] buf = new byte[512];
  int head;
  int tail;

  void add(byte[] b, int off, int n) {
    if (tail == 0 && buf.length > 1 << 20) {
      buf = new byte[512]; // it is long since so much waited
    }
    if (tail + n > buf.length) {
      int used = tail - head;
      // the writer may still be at the old array: until the copy is made, both take memory
      buf = Arrays.copyOfRange(buf, head, head + Math.max(used / 2 * 3 + n, buf.length));
      tail = used;
      head = 0;
    }
    System.arraycopy(b, off, buf, tail, n);
    tail += n;
  }
}
