package org.mitogen4j.benchmarks;

import java.io.IOException;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** The time from the wish for a child to its first result. */
final class FirstCall {
  private FirstCall() {}

  /**
   * Starts a child, calls an empty function in it, and ends it; the milliseconds of the first two.
   */
  static double time(Router router, ConnectionMethod<?> method) throws Exception {
    long start = System.nanoTime();
    Context child = router.self().connectAsync(method);
    child.run(Empty::run);
    double millis = (System.nanoTime() - start) / 1e6;
    try {
      child.run(Remote::halt);
    } catch (DisconnectedException e) {
      return millis; // as it should
    }
    throw new IOException(child.name() + " did not end");
  }
}
