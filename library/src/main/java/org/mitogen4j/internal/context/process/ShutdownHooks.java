package org.mitogen4j.internal.context.process;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.mitogen4j.internal.context.threads.Deadline;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The program's shutdown hooks while they run: Java starts their threads when the thread that
 * created this object calls {@code System.exit}, and that thread waits for them. Java does not tell
 * which threads these are, so all threads count that are new when the exiting thread begins to
 * wait.
 */
public final class ShutdownHooks {
  /** Array elements for threads that are started while the threads are counted. */
  private static final int ROOM = 16;

  private final Thread exiting = Thread.currentThread();
  private final Set<Thread> before = threads();

  /**
   * Blocks until the other hooks have run, but no longer than the given number of milliseconds. To
   * be called by one of the hooks.
   */
  public void await(long millis) throws InterruptedException {
    Deadline deadline = Deadline.afterMillis(millis);
    while (exiting.getState() == Thread.State.RUNNABLE && deadline.nanosLeft() > 0) {
      Thread.sleep(1); // the exiting thread is still starting hooks
    }
    Set<Thread> hooks = threads();
    hooks.removeAll(before);
    for (Thread hook : hooks) {
      long left = deadline.millisLeft();
      // threads of the library are no hooks, and may never end
      if (left > 0 && !(hook instanceof MessageRouter.Worker)) {
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
