package org.mitogen4j.connect.spi;

import java.lang.reflect.Method;
import java.util.stream.Stream;

/**
 * The programs that a program has started, such as ssh's {@code ProxyCommand}, which outlives an
 * ssh that ends while it connects. Java can list them since version 9; on Java 8 none are seen. Any
 * thread may use it; it does not block.
 */
public final class ProcessDescendants {
  private final Object[] handles;

  private ProcessDescendants(Object[] handles) {
    this.handles = handles;
  }

  /**
   * The programs that a process, and those that it started, have started up to now.
   *
   * @param process the program; if it has ended, none are seen
   */
  public static ProcessDescendants of(Process process) {
    if (process.isAlive()) {
      try {
        Stream<?> all = (Stream<?>) Process.class.getMethod("descendants").invoke(process);
        return new ProcessDescendants(all.toArray());
      } catch (ReflectiveOperationException | RuntimeException e) {
        // Java 8, or it ended meanwhile
      }
    }
    return new ProcessDescendants(new Object[0]);
  }

  /** Asks the programs that still run to end (SIGTERM). Does not wait. */
  public void end() {
    try {
      for (Object handle : handles) {
        Method destroy = Class.forName("java.lang.ProcessHandle").getMethod("destroy");
        destroy.invoke(handle);
      }
    } catch (ReflectiveOperationException e) {
      // it has ended
    }
  }
}
