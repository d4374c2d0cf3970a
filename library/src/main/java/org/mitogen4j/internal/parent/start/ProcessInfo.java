package org.mitogen4j.internal.parent.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.mitogen4j.connect.spi.ProcessId;

/** Who this process is, for the process lists of other machines. */
public final class ProcessInfo {
  private static final Path HOST_NAME = Paths.get("/proc/sys/kernel/hostname");

  private ProcessInfo() {}

  /** {@code mitogen:user@host:pid} */
  static String describe() {
    return "mitogen:" + System.getProperty("user.name") + "@" + host() + ":" + ProcessId.own();
  }

  private static String host() {
    try {
      return new String(Files.readAllBytes(HOST_NAME), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "localhost" : name;
    }
  }
}
