package org.mitogen4j.kernel;

import java.util.ArrayDeque;

/**
 * Starts threads for those that must not wait: that takes locks which the program may hold, and
 * fails while the machine has no threads left.
 */
final class Starter implements Runnable {
  private static final long AGAIN_MILLIS = 100;

  private final MessageRouter router;
  private final ArrayDeque<Object> queue = new ArrayDeque<>(); // guarded by this: role, work

  Starter(MessageRouter router) {
    this.router = router;
  }

  synchronized void start(String role, Runnable work) {
    queue.add(role);
    queue.add(work);
    notify();
  }

  @Override
  public void run() {
    try {
      for (; ; ) {
        String role;
        Runnable work;
        synchronized (this) {
          while (queue.isEmpty()) {
            wait(); // until start
          }
          role = (String) queue.poll();
          work = (Runnable) queue.poll();
        }
        if (work == this) {
          return;
        }
        start(router.thread(role, work));
      }
    } catch (InterruptedException e) {
      // nobody interrupts it
    }
  }

  private static void start(Thread thread) throws InterruptedException {
    for (; ; ) {
      try {
        thread.start();
        return;
      } catch (OutOfMemoryError e) { // so the JVM says that there are no more threads
        Thread.sleep(AGAIN_MILLIS);
      }
    }
  }
}
