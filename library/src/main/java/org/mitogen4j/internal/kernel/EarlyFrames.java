package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Frames from the parent that only the {@link Extension} can take, while it is not here yet. They
 * wait in the order in which they came, so that the reading thread need not; a thread of its own
 * has the extension come, then hands them on.
 */
final class EarlyFrames implements Runnable {
  /** The most bytes that may wait: the parent has no credit to keep to yet. */
  private static final int MAX = 1 << 26;

  private final MessageRouter router;

  @GuardedBy("this")
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();

  @GuardedBy("this")
  private int bytes; // of all that ever waited

  private Link in; // set before the thread starts that hands on

  /** Whether frames are here, or one is being handed on: the next must not overtake them. */
  volatile boolean waiting;

  EarlyFrames(MessageRouter router) {
    this.router = router;
  }

  /** Keeps a copy of a frame; false where it need not wait. */
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
      throw new IllegalStateException("64 MiB too early");
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
