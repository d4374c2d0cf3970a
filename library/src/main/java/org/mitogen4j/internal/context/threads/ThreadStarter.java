package org.mitogen4j.internal.context.threads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Starts threads on behalf of threads that must not block: starting a thread takes locks that the
 * program may hold, and fails while the machine has no threads left.
 */
final class ThreadStarter implements Runnable {
  private static final long AGAIN_NANOS = 100_000_000;

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
  @SuppressWarnings("ThreadPriorityCheck") // no other is relied on
  public void run() {
    try { // a function may have changed that of the thread that made this one
      Thread.currentThread().setPriority(Thread.NORM_PRIORITY);
    } catch (SecurityException forbidden) {
      // then functions can't change it either
    }
    for (; ; ) {
      String role;
      Runnable work;
      synchronized (this) {
        while (queue.isEmpty()) {
          if (ended) {
            return;
          }
          try {
            wait(); // until start
          } catch (InterruptedException e) {
            // a program that interrupts all threads must not stop this one
          }
        }
        role = (String) queue.poll();
        work = (Runnable) queue.poll();
        ended |= work == this;
      }
      if (work != this) {
        launch(role, work);
      }
    }
  }

  private void launch(String role, Runnable work) {
    for (; ; ) {
      try {
        router.thread(role, work).start();
        return;
      } catch (OutOfMemoryError e) { // the JVM throws this when no thread can be started
        LockSupport.parkNanos(AGAIN_NANOS);
        Thread.interrupted(); // else it would not wait the next time
      }
    }
  }
}
