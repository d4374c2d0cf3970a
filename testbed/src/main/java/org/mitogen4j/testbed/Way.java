package org.mitogen4j.testbed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.SharedProcess;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** A way from a master to a context: one connection method, or a chain of them. */
public final class Way {
  private final String name;
  private final List<ConnectionMethod<?>> methods;

  private Way(String name, List<ConnectionMethod<?>> methods) {
    this.name = name;
    this.methods = methods;
  }

  /** By these methods, the first of which starts from the master. */
  public static Way by(ConnectionMethod<?>... methods) {
    List<String> names = new ArrayList<>();
    for (ConnectionMethod<?> method : methods) {
      names.add(method.toString());
    }
    return new Way(String.join(" > ", names), Arrays.asList(methods));
  }

  /** Starts all contexts on the way at once, and waits until the last is up. */
  public Context connect(Router router) throws IOException {
    Context at = router.self();
    for (ConnectionMethod<?> method : methods.subList(0, methods.size() - 1)) {
      at = at.connectAsync(method);
    }
    return at.connect(methods.get(methods.size() - 1));
  }

  /** Whether the context has a process of its own. */
  public boolean hasProcess() {
    ConnectionMethod<?> last = methods.get(methods.size() - 1);
    return !(last instanceof InProcess || last instanceof SharedProcess);
  }

  @Override
  public String toString() {
    return name;
  }
}
