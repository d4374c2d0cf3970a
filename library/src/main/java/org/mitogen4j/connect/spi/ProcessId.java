package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.nio.file.Paths;

/** The number of the process that this JVM is. */
public final class ProcessId {
  private static final Path PROC = Paths.get("/proc/self");

  private ProcessId() {}

  /** The number, in decimal. Any thread may ask; it does not block where there is a /proc. */
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
