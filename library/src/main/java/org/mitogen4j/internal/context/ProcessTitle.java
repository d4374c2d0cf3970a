package org.mitogen4j.internal.context;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * Makes the name of a child's process its {@code argv[0]}, which {@code ps} shows first and {@code
 * pgrep -f} finds. The first-stage script has put it behind {@code -Dmitogen=}, since few shells
 * can set an {@code argv[0]}; here it is written to the memory that the kernel shows as the command
 * line. The other arguments follow, as far as there is room. Works on Linux; elsewhere the name
 * stays where the script has put it.
 */
final class ProcessTitle {
  private static final String OPTION = "\0-Dmitogen=";

  /** No command line is rewritten that is longer, in bytes. */
  private static final long MAX_SIZE = 1 << 18;

  /** In /proc/PID/stat, by the distance to its end; what is ahead may hold spaces. */
  private static final int ARGUMENTS_START = 5;

  private static final int ARGUMENTS_END = 4;

  private ProcessTitle() {}

  /** Sets it for this process; does nothing where that is not possible. */
  static void set() {
    try (RandomAccessFile stat = new RandomAccessFile("/proc/self/stat", "r");
        RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
      String[] fields = stat.readLine().split(" ");
      long start = Long.parseLong(fields[fields.length - ARGUMENTS_START]);
      long size = Long.parseLong(fields[fields.length - ARGUMENTS_END]) - start;
      if (start <= 0 || size <= 0 || size > MAX_SIZE) {
        return;
      }
      byte[] bytes = new byte[(int) size];
      memory.seek(start);
      memory.readFully(bytes);
      String changed = changed(new String(bytes, StandardCharsets.ISO_8859_1));
      if (changed != null) {
        memory.seek(start);
        memory.write(changed.getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException | RuntimeException e) {
      // then ps shows it behind -Dmitogen=
    }
  }

  /**
   * Puts the name ahead of a command line.
   *
   * @param line arguments, each with a NUL character behind it
   * @return a text as long as the line, with a NUL character at its end; null where the line has no
   *     name, or is shorter than the name
   */
  static String changed(String line) {
    int option = line.indexOf(OPTION);
    int end = option < 0 ? -1 : line.indexOf('\0', option + OPTION.length());
    if (end < 0 || !line.endsWith("\0")) {
      return null;
    }
    String name = line.substring(option + OPTION.length(), end);
    String all = name + line.substring(line.indexOf('\0'));
    if (name.isEmpty() || name.length() >= line.length()) {
      return null;
    }
    StringBuilder text = new StringBuilder(all);
    text.setLength(line.length()); // cuts it off, or fills it up with NUL characters
    text.setCharAt(line.length() - 1, '\0');
    return text.toString();
  }
}
