package org.mitogen4j.internal.context;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The program's shutdown hooks while they run: threads that Java starts when the thread that made
 * this calls {@code System.exit}, and that thread waits for. Java does not tell which they are, so
 * they are the threads that are new by the time that it waits.
 */
final class ShutdownHooks {
  /** Room for threads that are started while they are counted. */
  private static final int ROOM = 16;

  private final Thread exiting = Thread.currentThread();
  private final Set<Thread> before = threads();

  /** Waits until they have run, in one of them; no longer than so many milliseconds. */
  void await(long millis) throws InterruptedException {
    Deadline deadline = Deadline.afterMillis(millis);
    while (exiting.getState() == Thread.State.RUNNABLE && deadline.nanosLeft() > 0) {
      Thread.sleep(1); // it is starting them
    }
    Set<Thread> hooks = threads();
    hooks.removeAll(before);
    hooks.removeIf(thread -> thread instanceof MessageRouter.Worker); // no hooks, and may not end
    for (Thread hook : hooks) {
      long left = deadline.millisLeft();
      if (left > 0) {
        hook.join(left);
      }
    }
  }

  private static Set<Thread> threads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] all;
    int count;
    do {
      all = new Thread[root.activeCount() + ROOM];
      count = root.enumerate(all);
    } while (count == all.length);
    return new HashSet<>(Arrays.asList(all).subList(0, count));
  }
}
