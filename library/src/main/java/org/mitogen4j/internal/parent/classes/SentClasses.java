package org.mitogen4j.internal.parent.classes;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;

/**
 * Which classes were sent to one context. Made when the first is sent: in a large tree most
 * contexts get their classes from another parent.
 */
public final class SentClasses {
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Names of classes that were sent ahead of whatever is sent while the {@link #lock()} is held,
   * which guards it.
   */
  final Set<String> sent = new HashSet<>();

  /** Calls for which all classes were sent. */
  final Set<String> called = ConcurrentHashMap.newKeySet();

  /** Whether a class, or a bundle by its name, was sent. */
  boolean sent(String name) {
    lock();
    try {
      return sent.contains(name);
    } finally {
      unlock();
    }
  }

  /**
   * Waits while another thread sends classes to the context, which may not read.
   *
   * @throws DeadException when the thread is interrupted, as it is when its timeout is up
   */
  void lock() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadException(new EndCause(EndCause.FAILED, "interrupted"));
    }
  }

  void unlock() {
    lock.unlock();
  }
}
