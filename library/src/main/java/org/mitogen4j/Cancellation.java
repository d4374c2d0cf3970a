package org.mitogen4j;

import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Whether the function that the calling thread runs is to end. For functions that compute; those
 * that block are interrupted.
 */
public final class Cancellation {
  private Cancellation() {}

  /**
   * Why the function that the calling thread runs is to end: its caller cancelled the call, it took
   * longer than its timeout, or this context ends.
   *
   * <p>Any thread may ask; it does not block.
   *
   * @return a text for people; null when the function may go on, and on threads that do not run a
   *     called function
   */
  public static @Nullable String reason() {
    Thread thread = Thread.currentThread();
    return thread instanceof MessageRouter.Worker
        ? ContextRuntime.of(((MessageRouter.Worker) thread).router).cancellation.reason()
        : null;
  }

  /** Whether the function that the calling thread runs is to end: there is a {@link #reason}. */
  public static boolean isRequested() {
    return reason() != null;
  }
}
