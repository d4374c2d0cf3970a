package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends a context classes that it may need while it runs a function, a child no longer than that.
 * Other messages overtake these classes, and few of them are on their way at a time ({@link
 * PushPace}). Runs on the threads that do what is due, for a short while each time.
 */
final class BackgroundPush implements Runnable {
  private static final long PAUSE_MILLIS = 10;

  private final Parent parent;
  private final ContextRecord child;
  private final String function;
  private final Map<String, String> names;

  /**
   * Whether this ends when the function has answered. If not, all is sent: a context between keeps
   * it for others that run the function.
   */
  private final boolean isTracked;

  private long left = Long.MAX_VALUE;
  private Consumer<List<Packed>> listener = block -> {};
  private Runnable end = () -> {};

  /**
   * Made before the call is sent, or while the child runs the function.
   *
   * @param function null where it is not known
   * @param names each with the reason for it
   */
  BackgroundPush(Parent parent, ContextRecord child, String function, Map<String, String> names) {
    this.parent = parent;
    this.child = child;
    this.function = function;
    this.names = names;
    Link way = parent.context.routing.way(child.id);
    boolean isDirect = way != null && way.peer == child.id;
    isTracked = isDirect && function != null && child.sentClasses().running.containsKey(function);
  }

  /** Leaves the rest out once these packed bytes are sent. */
  BackgroundPush limit(long bytes) {
    left = bytes;
    return this;
  }

  /** Runs after each block was sent. */
  BackgroundPush onBlock(Consumer<List<Packed>> action) {
    listener = action;
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
    boolean goesOn = false;
    try {
      Link way = parent.context.routing.way(child.id);
      while (way != null && left > 0 && !isAnswered()) {
        if (!child.sentClasses().pace(way).hasRoom()) {
          parent.schedule(this, PAUSE_MILLIS, MILLISECONDS);
          goesOn = true;
          return;
        }
        List<Packed> block =
            parent.sender.pusher.send(child, names, ClassPusher.STEP_BYTES, Header.BULK);
        if (block.isEmpty()) {
          return;
        }
        for (Packed packed : block) {
          left -= packed.bytes.length;
        }
        listener.accept(block);
      }
    } catch (DeadException | RejectedExecutionException gone) {
      // then it needs nothing more
    } finally {
      if (!goesOn) {
        end.run();
      }
    }
  }

  private boolean isAnswered() {
    return isTracked && !child.sentClasses().running.containsKey(function);
  }
}
