package org.mitogen4j.internal.context.program;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * Restores LC_ALL for programs that this process starts. The first-stage script set LC_ALL for this
 * JVM, and saved its value, if it had one, in M4J_LC. Programs inherit the native environment,
 * which Java can change only by writing to the memory of the process.
 */
public final class LocaleVariable {
  /**
   * The position in /proc/PID/stat of the address of the variables (env_start), counted from its
   * end, since the program's name before it may contain spaces.
   */
  private static final int VARIABLES_START = 3;

  /** The most bytes of variables that are looked through. */
  private static final int MAX_SIZE = 1 << 18;

  private LocaleVariable() {}

  /**
   * Restores LC_ALL. To be called before the first System.getenv, which copies the environment.
   * Does nothing where that is not possible: then programs get the script's LC_ALL.
   */
  public static void restore() {
    try (RandomAccessFile stat = new RandomAccessFile("/proc/self/stat", "r");
        RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
      String[] fields = stat.readLine().split(" ");
      // with the NUL character before the variables, so that each has one before it
      long start = Long.parseLong(fields[fields.length - VARIABLES_START]) - 1;
      memory.seek(start);
      byte[] bytes = new byte[MAX_SIZE];
      String all = new String(bytes, 0, memory.read(bytes), StandardCharsets.ISO_8859_1);
      String changed = all.replace("\0LC_ALL=", "\0M4J_L8=").replace("\0M4J_LC=", "\0LC_ALL=");
      memory.seek(start);
      memory.write(changed.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException | RuntimeException e) {
      // then programs get the script's LC_ALL
    }
  }
}
