package org.mitogen4j.internal.context.threads;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Knows which threads are reading threads that are handing on a message, so that assertions can
 * check that these do nothing that may block: start a thread, wait for an answer or for credit, ask
 * for a class. Each method returns true, and is called in an {@code assert}: without {@code -ea}
 * nothing of this runs.
 */
public final class ReadingThread {
  private static final Set<Thread> HANDING_ON = ConcurrentHashMap.newKeySet();

  private ReadingThread() {}

  /** The calling thread begins to hand on a frame, if it is the reading thread of the link. */
  public static boolean begins(Link in) {
    if (in.reader == Thread.currentThread()) {
      HANDING_ON.add(in.reader);
    }
    return true;
  }

  /** The calling thread has handed the frame on, or begins to do something that may block. */
  public static boolean ends() {
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

  /** Makes a thread for work of a context that has ended: the exception to the rule. */
  static Thread atEnd(MessageRouter router, String role, Runnable work) {
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
