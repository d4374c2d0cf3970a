package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Starts threads on behalf of threads that must not block: starting a thread takes locks that the
 * program may hold, and fails while the machine has no threads left.
 */
final class ThreadStarter implements Runnable {
  private static final long AGAIN_MILLIS = 100;

  private final MessageRouter router;

  @GuardedBy("this")
  private final ArrayDeque<Object> queue = new ArrayDeque<>(); // role, work

  @GuardedBy("this")
  private boolean ended;

  ThreadStarter(MessageRouter router) {
    this.router = router;
  }

  void start(String role, Runnable work) {
    synchronized (this) {
      if (!ended) {
        queue.add(role);
        queue.add(work);
        notify();
        return;
      }
    }
    ReadingThread.atEnd(router, role, work).start(); // work for the end of the context
  }

  /** Ends this thread once it has started the threads that were asked for before. */
  void close() {
    start("", this);
  }

  @Override
  public void run() {
    try {
      for (; ; ) {
        String role;
        Runnable work;
        synchronized (this) {
          while (queue.isEmpty()) {
            if (ended) {
              return;
            }
            wait(); // until start
          }
          role = (String) queue.poll();
          work = (Runnable) queue.poll();
          ended |= work == this;
        }
        if (work != this) {
          launch(role, work);
        }
      }
    } catch (InterruptedException e) {
      // nobody interrupts it
    }
  }

  private void launch(String role, Runnable work) throws InterruptedException {
    for (; ; ) {
      try {
        router.thread(role, work).start();
        return;
      } catch (OutOfMemoryError e) { // the JVM throws this when no thread can be started
        Thread.sleep(AGAIN_MILLIS);
      }
    }
  }
}
