package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Frames from the parent that only the {@link Extension} can take, and that came before it. They
 * wait here in their order, so that the reading thread does not wait. A thread of its own waits for
 * the extension, then hands the frames on.
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

  /** Keeps a copy of a frame; returns false if the extension can take the frame now. */
  synchronized boolean add(Link from, byte[] b, int at, int length) {
    if (!waiting) {
      if (router.extension != null) {
        return false;
      }
      waiting = true;
      in = from;
      router.start("early", this);
    }
    bytes += length;
    if (bytes > MAX) {
      throw new IllegalArgumentException("64 MiB too early");
    }
    frames.add(Arrays.copyOfRange(b, at, at + length));
    return true;
  }

  @Override
  public void run() {
    try {
      Extension extension = router.extension();
      for (byte[] frame; (frame = next()) != null; ) {
        extension.accept(in, frame, 0, frame.length);
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
