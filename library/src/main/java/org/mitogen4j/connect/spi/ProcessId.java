package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.nio.file.Paths;

/** The process id of this JVM. */
public final class ProcessId {
  private static final Path PROC = Paths.get("/proc/self");

  private ProcessId() {}

  /**
   * The process id of this JVM. Any thread may ask. Does not block on Linux; elsewhere it may take
   * as long as looking up the host's name.
   *
   * @return a decimal number
   */
  public static String own() {
    try {
      return PROC.toRealPath().getFileName().toString();
    } catch (IOException e) {
      // takes 50 ms, and looks up the host's name, which may take long
      String name = ManagementFactory.getRuntimeMXBean().getName();
      return name.substring(0, Math.max(0, name.indexOf('@')));
    }
  }
}
