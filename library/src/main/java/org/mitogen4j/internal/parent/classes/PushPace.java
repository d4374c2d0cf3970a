package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.LockSupport;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;

/**
 * Says when a link has room for classes that nobody has asked for. What is asked for, and calls,
 * wait behind the bytes that are on their way already: ssh alone takes 2 MiB before the other end
 * reads one of them. So only as many bytes may be on their way as the other end has read in the
 * last quarter of a second. Thread safe.
 */
final class PushPace {
  /** The bytes that may be on their way in any case. */
  private static final int LEAST = 1 << 16;

  private static final long WINDOW_NANOS = 250_000_000;

  /** The longest time to an answer over a fast link: that of a busy machine, too. */
  private static final long FAST_NANOS = 50_000_000;

  private static final long LOOK_NANOS = 500_000;

  private final Link link;

  /** When the present window began, as System.nanoTime. */
  @GuardedBy("this")
  private long since;

  /** The bytes that were acknowledged by then. */
  @GuardedBy("this")
  private long acknowledged;

  /** The bytes that were acknowledged in the window before. */
  @GuardedBy("this")
  private long before;

  /** The bytes up to the end of the last question to the other end what it has read; 0 for none. */
  @GuardedBy("this")
  private long asked;

  @GuardedBy("this")
  private long askedAt = System.nanoTime();

  /** Whether the other end once told within {@link #FAST_NANOS} what it has read. */
  @GuardedBy("this")
  private boolean isFast;

  PushPace(Link link) {
    this.link = link;
    since = System.nanoTime();
    acknowledged = LinkView.sent(link)[2];
  }

  /**
   * Asks the other end to tell what it has read. Does not wait.
   *
   * @return the bytes that were written so far, with the question, for {@link #hasRead}
   */
  synchronized long ask() {
    // the question overtakes what is not written yet; the answer also tells that it was read
    asked = LinkView.sent(link)[1] + Header.SIZE;
    askedAt = System.nanoTime();
    link.own(Handle.PING, 0);
    return asked;
  }

  /** Whether the other end has told that it read the first {@code bytes} of what was written. */
  synchronized boolean hasRead(long bytes) {
    boolean hasRead = LinkView.sent(link)[2] >= bytes;
    // the last bytes that came in are the answer, or came later
    isFast |= hasRead && asked > 0 && bytes >= asked && link.heard - askedAt < FAST_NANOS;
    return hasRead;
  }

  /** As {@link #isFast}, but waits for an answer to {@link #ask} as long as it may take. */
  boolean awaitFast() {
    while (!isFast() && isAnswerDue()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    return isFast();
  }

  private synchronized boolean isAnswerDue() {
    return LinkView.sent(link)[2] < asked && System.nanoTime() - askedAt < FAST_NANOS;
  }

  /** Whether the link is that of a near machine: {@link #ask} was once answered soon. */
  synchronized boolean isFast() {
    return isFast || hasRead(asked) && isFast;
  }

  /** Where there is none, asks the other end to tell what it has read. Does not wait. */
  synchronized boolean hasRoom() {
    long[] sent = LinkView.sent(link);
    long now = System.nanoTime();
    long read = sent[2] - acknowledged;
    if (now - since >= WINDOW_NANOS) {
      before = read * WINDOW_NANOS / (now - since);
      acknowledged = sent[2];
      since = now;
    }
    long unread = link.pending() + sent[1] - sent[2];
    boolean hasRoom = unread <= Math.max(LEAST, Math.max(before, read));
    if (!hasRoom && sent[2] >= asked) { // it need not tell by itself before it has read 256 KiB
      ask();
    }
    return hasRoom;
  }
}
