package org.mitogen4j.context;

import java.util.HashSet;
import java.util.Set;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.kernel.Stream;

/** Looks after the streams of a router: ends those from which no sign of life comes. */
final class Heartbeat implements Runnable {
  /** A stream is dead after so many intervals of silence. */
  private static final int MISSED = 3;

  /** How long who may not wait may write: the peer said that it has room, or it lied. */
  private static final long DIRECT_MILLIS = 1000;

  private final MessageRouter router;
  private final long millis;

  Heartbeat(MessageRouter router, long millis) {
    this.router = router;
    this.millis = millis;
  }

  @Override
  public void run() {
    try {
      while (!router.closed) {
        Set<Stream> streams = new HashSet<>(router.routes.values());
        boolean hasChildren = !streams.isEmpty();
        Stream parent = router.parent;
        if (parent != null) {
          streams.add(parent);
        }
        for (Stream stream : streams) {
          look(stream, System.nanoTime());
        }
        Thread.sleep(hasChildren ? Math.min(millis, DIRECT_MILLIS) : millis);
      }
    } catch (InterruptedException e) {
      // the router closes
    }
  }

  private void look(Stream stream, long now) {
    long direct = stream.directSince;
    long silent = (now - stream.heard) / 1_000_000;
    if (!stream.connected()) {
      stream.heard = now; // it has a timeout of its own
    } else if (direct != 0 && (now - direct) / 1_000_000 > DIRECT_MILLIS) {
      stream.end("it does not read what it acknowledged");
    } else if (silent > millis * MISSED) {
      stream.end("no sign of life for " + silent + " ms");
    } else if (silent > millis) {
      stream.own(Handle.PING, 0);
    }
  }
}
