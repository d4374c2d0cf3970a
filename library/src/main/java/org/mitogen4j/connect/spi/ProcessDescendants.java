package org.mitogen4j.connect.spi;

import java.lang.reflect.Method;
import java.util.stream.Stream;

/**
 * The programs that a program has started, such as ssh's {@code ProxyCommand}, which outlives an
 * ssh that ends while it connects. Java tells them since 9; before, none are seen.
 */
public final class ProcessDescendants {
  private final Object[] handles;

  private ProcessDescendants(Object[] handles) {
    this.handles = handles;
  }

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

  /** Ends those that still run. */
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
