package org.mitogen4j.internal.kernel;

import java.util.Arrays;

/** Bytes that wait to be written. Guarded by its link. */
final class FrameQueue {
  byte[] buf = new byte[512];
  int head;
  int tail;

  void add(byte[] b, int off, int n) {
    if (tail == 0 && buf.length > 1 << 20) {
      buf = new byte[512]; // the queue is empty: free the memory of a past burst
    }
    if (tail + n > buf.length) {
      int used = tail - head;
      // the writer may still write from the old array, so that stays as it is
      buf = Arrays.copyOfRange(buf, head, head + Math.max(used / 2 * 3 + n, buf.length));
      tail = used;
      head = 0;
    }
    System.arraycopy(b, off, buf, tail, n);
    tail += n;
  }
}
