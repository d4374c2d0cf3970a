package org.mitogen4j.internal.context;

import java.lang.Thread.UncaughtExceptionHandler;

/**
 * What the program's code can set on a thread of a pool and must not leave to the code that runs
 * there next: context class loader, name, priority, handler of uncaught exceptions, and the
 * interrupt flag. Thread locals can't be taken away: code of one context may share them.
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

  /** Gives the calling thread, from which these came, its settings back. */
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
      // by a security manager of the program, which then has forbidden it to functions, too
    }
  }
}
