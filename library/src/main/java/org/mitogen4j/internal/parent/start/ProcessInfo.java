package org.mitogen4j.internal.parent.start;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Who this process is, for the process lists of other machines. */
public final class ProcessInfo {
  private static final Path PROC = Paths.get("/proc/self");
  private static final Path HOST_NAME = Paths.get("/proc/sys/kernel/hostname");

  private ProcessInfo() {}

  /** {@code mitogen:user@host:pid} */
  static String describe() {
    return "mitogen:" + System.getProperty("user.name") + "@" + host() + ":" + pid();
  }

  private static String host() {
    try {
      return new String(Files.readAllBytes(HOST_NAME), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "localhost" : name;
    }
  }

  public static String pid() {
    try {
      return PROC.toRealPath().getFileName().toString(); // the management classes take 50 ms
    } catch (IOException e) {
      String name = ManagementFactory.getRuntimeMXBean().getName();
      return name.substring(0, Math.max(0, name.indexOf('@')));
    }
  }
}
