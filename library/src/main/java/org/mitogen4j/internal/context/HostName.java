package org.mitogen4j.internal.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** What the machine or container is called in which a context runs. */
public final class HostName {
  private static final Path KERNEL = Paths.get("/proc/sys/kernel/hostname");

  private HostName() {}

  /** That of this process, as its kernel says; without one, as its environment says. */
  public static String own() {
    try {
      return new String(Files.readAllBytes(KERNEL), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "localhost" : name;
    }
  }
}
