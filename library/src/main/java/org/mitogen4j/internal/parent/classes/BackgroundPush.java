package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends a context classes that it may need while it runs a function, in steps. A direct child is
 * sent no more of them once the function has answered. Other messages overtake these classes, and
 * no more of them are on their way at a time than {@link PushPace} allows. Runs on threads of
 * {@link Parent#due}, which it leaves while the link has no room.
 */
final class BackgroundPush implements Runnable {
  /** What a step returns when there was nothing left to send. */
  static final long NO_MORE = -1;

  // how long it waits before it looks again whether the link has room
  private static final long PAUSE_MILLIS = 10;
  private static final long FAST_PAUSE_MILLIS = 1;

  /** A link that has no room for so long is no fast one. */
  private static final long SLOW_NANOS = 50_000_000;

  private final Parent parent;
  private final ContextRecord child;
  private final String function;
  private final LongSupplier steps;

  /**
   * Whether this ends when the function has answered. Not for a context further down: the contexts
   * on the way keep what is sent for others below them.
   */
  private boolean isTracked;

  /** The packed bytes that may still be sent. */
  private long left = Long.MAX_VALUE;

  private Runnable end = () -> {};

  /** Runs in place of the end when a link is found to be slow; null if it need not be fast. */
  private Runnable slow;

  /** Since when the link has no room, by System.nanoTime; 0 while it has. */
  private long waitsSince;

  /**
   * Made before the call is sent, or while the child runs the function.
   *
   * @param function null where it is not known
   * @param steps sends some classes, to be overtaken by other messages; gives their packed bytes,
   *     or {@link #NO_MORE}
   */
  BackgroundPush(Parent parent, ContextRecord child, String function, LongSupplier steps) {
    this.parent = parent;
    this.child = child;
    this.function = function;
    this.steps = steps;
    Link way = parent.context.routing.way(child.id);
    boolean isDirect = way != null && way.peer == child.id;
    isTracked = isDirect && function != null && isRunning();
  }

  /**
   * As the other constructor, for named classes.
   *
   * @param names each with the reason for it
   */
  BackgroundPush(Parent parent, ContextRecord child, String function, Map<String, String> names) {
    this(
        parent,
        child,
        function,
        () -> bytes(parent.sender.pusher.sendStep(child, names, Header.BULK)));
  }

  /** Leaves the rest out once these packed bytes are sent. */
  BackgroundPush limit(long bytes) {
    left = bytes;
    return this;
  }

  /** Sends nothing unless the child runs the function. */
  BackgroundPush whileItRuns() {
    isTracked = true;
    return this;
  }

  /**
   * For a link that is taken for a fast one: looks often whether it has room again.
   *
   * @param action runs in place of the end if the link had no room for {@link #SLOW_NANOS}
   */
  BackgroundPush overFastLink(Runnable action) {
    slow = action;
    return this;
  }

  /** Runs when all is sent, or no more is to be. */
  BackgroundPush onEnd(Runnable action) {
    end = action;
    return this;
  }

  /** Begins; false, and nothing runs, where the router is closed. */
  boolean start() {
    return parent.due.submit(this);
  }

  @Override
  public void run() {
    Runnable then = end;
    try {
      while (left > 0 && (!isTracked || isRunning())) {
        Link way = parent.context.routing.way(child.id);
        if (way == null) {
          return; // it is gone
        } else if (!child.sentClasses().pace(way).hasRoom()) {
          if (isSlow()) {
            then = slow;
          } else {
            parent.schedule(this, slow == null ? PAUSE_MILLIS : FAST_PAUSE_MILLIS, MILLISECONDS);
            then = null; // only now: where the router is closed, this has ended
          }
          return;
        }
        waitsSince = 0;
        long bytes = steps.getAsLong();
        if (bytes == NO_MORE) {
          return;
        }
        left -= bytes;
      }
    } catch (DeadException | RejectedExecutionException gone) {
      // then it needs nothing more
    } finally {
      if (then != null) {
        then.run();
      }
    }
  }

  /** What a step returns that sent these. */
  static long bytes(List<Packed> sent) {
    return sent.isEmpty() ? NO_MORE : Packed.size(sent);
  }

  private boolean isRunning() {
    return child.sentClasses().running.containsKey(function);
  }

  /** Whether the link is to be a fast one, and has had no room for too long. */
  private boolean isSlow() {
    long now = System.nanoTime();
    if (waitsSince == 0) {
      waitsSince = now;
    }
    return slow != null && now - waitsSince >= SLOW_NANOS;
  }
}
