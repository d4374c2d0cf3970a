package org.mitogen4j.benchmarks;

import java.lang.management.ManagementFactory;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;

/** What the measurements call in children. */
final class Remote {
  private Remote() {}

  static int one() {
    return 1;
  }

  static int contexts() {
    return Router.current().contexts().size();
  }

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static int length(byte[] block) {
    return block.length;
  }

  /** Sends a number of items, or until no receiver takes them any more. */
  static void send(Sender<byte[]> sender, int size, int items) {
    byte[] item = new byte[size];
    for (int i = 0; i < items && sender.isOpen(); i++) {
      sender.send(item);
    }
    sender.close();
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
