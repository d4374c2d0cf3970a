package org.mitogen4j.internal.context.threads;

import java.lang.Thread.UncaughtExceptionHandler;

/**
 * The settings of a pool's thread that a task may change and that are restored after it: context
 * class loader, name, priority, handler of uncaught exceptions, and the interrupt flag. Thread
 * locals are not restored.
 */
public final class ThreadSettings {
  private final ClassLoader loader;
  private final String name;
  private final int priority;
  private final UncaughtExceptionHandler handler;

  private ThreadSettings(Thread thread) {
    loader = thread.getContextClassLoader();
    name = thread.getName();
    priority = thread.getPriority();
    handler = thread.getUncaughtExceptionHandler();
  }

  /** The settings of the calling thread. */
  public static ThreadSettings ofCurrentThread() {
    return new ThreadSettings(Thread.currentThread());
  }

  /** Restores the settings of the calling thread, from which they must come. */
  @SuppressWarnings("ThreadPriorityCheck") // no other is relied on: it gets back what it had
  public void restore() {
    Thread thread = Thread.currentThread();
    Thread.interrupted();
    try {
      if (thread.getContextClassLoader() != loader) {
        thread.setContextClassLoader(loader);
      }
      if (!thread.getName().equals(name)) {
        thread.setName(name);
      }
      if (thread.getPriority() != priority) {
        thread.setPriority(priority);
      }
      if (thread.getUncaughtExceptionHandler() != handler) {
        thread.setUncaughtExceptionHandler(handler);
      }
    } catch (SecurityException forbidden) {
      // a security manager of the program forbids it, so functions could not change it either
    }
  }
}
