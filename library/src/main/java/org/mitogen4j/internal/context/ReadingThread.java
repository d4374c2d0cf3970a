package org.mitogen4j.internal.context;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Knows which threads are reading threads that hand on a message, so that assertions can tell when
 * one does what would keep it from reading: starting a thread, waiting for an answer or for credit,
 * asking for a class. Each method returns true, and is to be called by an {@code assert}: without
 * {@code -ea} none of this runs.
 */
public final class ReadingThread {
  private static final Set<Thread> HANDING_ON = ConcurrentHashMap.newKeySet();

  private ReadingThread() {}

  /** The calling thread hands on what came in by a link, if it is the link's reading thread. */
  static boolean begins(Link in) {
    if (in.reader == Thread.currentThread()) {
      HANDING_ON.add(in.reader);
    }
    return true;
  }

  /** The calling thread has handed it on, or does something else that may wait. */
  static boolean ends() {
    HANDING_ON.remove(Thread.currentThread());
    return true;
  }

  /**
   * Fails on a reading thread.
   *
   * @param what what the calling thread is about to do, as part of a sentence: "wait for credit"
   * @throws AssertionError when the calling thread is a reading thread that hands on a message
   */
  public static boolean isNot(String what) {
    if (HANDING_ON.contains(Thread.currentThread())) {
      throw new AssertionError("a reading thread must not " + what);
    }
    return true;
  }

  /** A thread of a pool, or of a context that ends: the exceptions to the rule. */
  public static Thread ofPool(MessageRouter router, String role, Runnable work) {
    Thread current = Thread.currentThread();
    boolean reads = HANDING_ON.remove(current);
    try {
      return router.thread(role, work);
    } finally {
      if (reads) {
        HANDING_ON.add(current);
      }
    }
  }
}
