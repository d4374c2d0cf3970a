package org.mitogen4j.benchmarks;

import java.lang.management.ManagementFactory;

/** What the measurements call in children. */
final class Remote {
  private Remote() {}

  static int one() {
    return 1;
  }

  static int length(byte[] block) {
    return block.length;
  }

  static void halt() {
    Runtime.getRuntime().halt(0);
  }

  /** The child's Java home, and its JVM's flags but the one that names it; a line each. */
  static String jvm() {
    StringBuilder lines = new StringBuilder(System.getProperty("java.home"));
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!flag.startsWith("-Dmitogen=")) {
        lines.append('\n').append(flag);
      }
    }
    return lines.toString();
  }
}
