package org.mitogen4j.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/** Functions for tests to call in other contexts. */
public final class Work {
  private Work() {}

  public static String user() {
    return System.getProperty("user.name");
  }

  public static String property(String name) {
    return System.getProperty(name);
  }

  public static long maxMemory() {
    return Runtime.getRuntime().maxMemory();
  }

  /** The arguments of this process, each with a NUL behind it. */
  public static String commandLine() throws IOException {
    byte[] bytes = Files.readAllBytes(Paths.get("/proc/self/cmdline"));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /** Ends this process with words on its standard error. */
  public static void sayAndExit(String words, int code) {
    System.err.println(words);
    Runtime.getRuntime().halt(code);
  }

  /** Kills this process. */
  public static void kill() throws IOException, InterruptedException {
    String pid = Paths.get("/proc/self").toRealPath().getFileName().toString();
    new ProcessBuilder("kill", "-9", pid).start().waitFor();
  }

  public static String variable(String name) {
    return System.getenv(name);
  }

  /** Runs a command of a shell, which must succeed. */
  public static void execute(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command + ": exit code " + process.exitValue());
    }
  }
}
