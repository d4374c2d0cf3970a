package org.mitogen4j.internal.context.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** The name of the machine or container in which a context runs. */
public final class HostName {
  private static final Path KERNEL = Paths.get("/proc/sys/kernel/hostname");

  private HostName() {}

  /** The name that the operating system gives for this process; else the variable HOSTNAME. */
  public static String own() {
    try {
      return new String(Files.readAllBytes(KERNEL), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "localhost" : name;
    }
  }
}
