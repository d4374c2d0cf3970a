package org.mitogen4j.benchmarks;

import java.io.IOException;
import org.mitogen4j.Router;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * What {@link DoorFigures} calls in the context that is to be the parent. It knows no class that
 * looks for resources: these would have all children there sent what finds them.
 */
final class DoorPairs {
  private static final int WARMUPS = 3;
  private static final int PAIRS = 11;

  private DoorPairs() {}

  /** The milliseconds of first calls, and of floors. */
  static double[][] measure(ConnectionMethod<?> method, byte[] emptyJar) throws Exception {
    return measureFrom(Router.current(), method, emptyJar);
  }

  static double[][] measureFrom(Router router, ConnectionMethod<?> method, byte[] emptyJar)
      throws Exception {
    DoorFloor floor = DoorFloor.of(router, method, emptyJar);
    double[][] times = new double[2][PAIRS];
    for (int i = -WARMUPS; i < PAIRS; i++) {
      boolean isOursFirst = (i & 1) == 0;
      double first = isOursFirst ? FirstCall.time(router, method) : floor.time();
      double second = isOursFirst ? floor.time() : FirstCall.time(router, method);
      if (i >= 0) {
        times[0][i] = isOursFirst ? first : second;
        times[1][i] = isOursFirst ? second : first;
      }
    }
    return times;
  }

  /** On the test bed's host of containers: brings up those that are not up by themselves. */
  static void startContainers() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("start-containers").inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException("start-containers failed");
    }
  }
}
