package org.mitogen4j.internal.context;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * A fixed number of threads of a context, which end when they are idle. Each begins every task with
 * the same settings, whatever the task before has set ({@link ThreadSettings}).
 */
public final class CleanThreadPool extends ThreadPoolExecutor {
  private static final int IDLE_SECONDS = 5;

  @SuppressWarnings("ThreadLocalUsage") // the threads are this pool's, and end with it
  private final ThreadLocal<ThreadSettings> settings =
      ThreadLocal.withInitial(ThreadSettings::ofCurrentThread);

  /**
   * Starts no thread yet.
   *
   * @param role part of the threads' names
   */
  public CleanThreadPool(MessageRouter router, String role, int threads) {
    super(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        work -> ReadingThread.ofPool(router, role, work));
    allowCoreThreadTimeOut(true);
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable task) {
    settings.get(); // noted before the thread's first task
  }

  @Override
  protected void afterExecute(Runnable task, Throwable failure) {
    settings.get().restore();
  }
}
