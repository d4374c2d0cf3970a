package org.mitogen4j.internal.context.dump;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The threads of this process as text: the stack of each, the locks that it holds, the lock that it
 * waits for, and deadlocks.
 */
public final class ThreadDump implements Supplier<String> {
  /** The most characters of a dump; the rest is cut off. */
  private static final int MAX_CHARS = 1 << 20;

  /** The most lines of each stack. */
  private static final int MAX_FRAMES = 200;

  /** Called by {@link MessageRouter#make}, which passes a router. */
  public ThreadDump(MessageRouter router) {}

  @Override
  public String get() {
    return ofThisProcess();
  }

  /** The dump of this process; ends with a line break. May take some 100 ms. */
  public static String ofThisProcess() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    StringBuilder text = new StringBuilder();
    text.append("process ").append(ManagementFactory.getRuntimeMXBean().getName());
    text.append(", Java ").append(System.getProperty("java.version")).append(", ");
    text.append(threads.getThreadCount()).append(" threads\n");
    deadlocks(threads, text);
    Map<String, ThreadInfo> byName = new TreeMap<>();
    for (ThreadInfo thread : threads.dumpAllThreads(true, true)) {
      if (thread != null) {
        byName.put(thread.getThreadName() + ' ' + thread.getThreadId(), thread);
      }
    }
    for (ThreadInfo thread : byName.values()) {
      if (text.length() < MAX_CHARS) {
        text.append('\n');
        write(thread, text);
      }
    }
    if (text.length() >= MAX_CHARS) {
      text.setLength(MAX_CHARS);
      text.append("\n... (cut)\n");
    }
    return text.toString();
  }

  private static void deadlocks(ThreadMXBean threads, StringBuilder text) {
    long[] ids = threads.findDeadlockedThreads();
    if (ids == null) {
      return;
    }
    text.append("DEADLOCK: these threads wait for each other and never go on\n");
    for (ThreadInfo thread : threads.getThreadInfo(ids)) {
      if (thread != null) {
        text.append("  \"").append(thread.getThreadName()).append("\" waits for ");
        text.append(thread.getLockName()).append(", which \"");
        text.append(thread.getLockOwnerName()).append("\" holds\n");
      }
    }
  }

  private static void write(ThreadInfo thread, StringBuilder text) {
    text.append('"').append(thread.getThreadName()).append("\" ").append(thread.getThreadState());
    LockInfo lock = thread.getLockInfo();
    if (lock != null) {
      text.append(" on ").append(lock);
      if (thread.getLockOwnerName() != null) {
        text.append(", which \"").append(thread.getLockOwnerName()).append("\" holds");
      }
    }
    text.append('\n');
    StackTraceElement[] stack = thread.getStackTrace();
    for (int i = 0; i < Math.min(stack.length, MAX_FRAMES); i++) {
      text.append("    at ").append(stack[i]).append('\n');
      for (MonitorInfo monitor : thread.getLockedMonitors()) {
        if (monitor.getLockedStackDepth() == i) {
          text.append("    - holds ").append(monitor).append('\n');
        }
      }
    }
    for (LockInfo held : thread.getLockedSynchronizers()) {
      text.append("    - holds ").append(held).append('\n');
    }
  }
}
