package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Frames from the parent that the kernel alone can't take, in their order, so that the reading
 * thread does not wait. A thread of its own waits for access to the program, which takes blocks,
 * and for the {@link Extension} if there are other frames, then hands the frames on.
 */
final class EarlyFrames implements Runnable {
  /** The most bytes in all: the parent does not wait for credit yet. */
  private static final int MAX = 1 << 26;

  private final MessageRouter router;

  @GuardedBy("this")
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();

  @GuardedBy("this")
  private int bytes; // of all that ever waited

  private Link in; // set before the thread starts that hands the frames on

  /** Whether frames are here, or one is being handed on: the next must not overtake them. */
  volatile boolean waiting;

  EarlyFrames(MessageRouter router) {
    this.router = router;
  }

  /** Keeps a copy of a frame. */
  synchronized void add(Link from, byte[] b, int at, int length) {
    if (!waiting) {
      waiting = true;
      in = from;
      router.start("early", this);
    }
    bytes += length;
    if (bytes > MAX) {
      throw new IllegalArgumentException("64 MiB too early");
    }
    frames.add(Arrays.copyOfRange(b, at, at + length));
  }

  @Override
  public void run() {
    try {
      router.program();
      for (byte[] frame; (frame = next()) != null; ) {
        if (!router.take(in, frame, 0, frame.length, false)) {
          router.extension().accept(in, frame, 0, frame.length);
        }
      }
    } catch (RuntimeException | Error e) {
      in.fail(e);
    }
  }

  private synchronized byte[] next() {
    byte[] frame = frames.poll();
    waiting = frame != null;
    return frame;
  }
}
