package org.mitogen4j.internal.context.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * Writes the name of a child's process to its {@code argv[0]}, which {@code ps} shows first and
 * {@code pgrep -f} finds. The first-stage script passes the name as {@code -Dmitogen=}, since few
 * shells can set {@code argv[0]}. This class writes it to the memory that the kernel shows as the
 * command line; the other arguments follow it, as far as there is room. Works on Linux; on other
 * systems only {@code -Dmitogen=} has the name.
 */
public final class ProcessTitle {
  private static final String OPTION = "\0-Dmitogen=";

  /** The longest command line, in bytes, that is rewritten. */
  private static final long MAX_SIZE = 1 << 18;

  /**
   * The position in /proc/PID/stat, counted from its end, since the program's name before it may
   * contain spaces.
   */
  private static final int ARGUMENTS_START = 5;

  private static final int ARGUMENTS_END = 4;

  private ProcessTitle() {}

  /** Sets the name of this process; does nothing when that is not possible. */
  public static void set() {
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
      // then ps shows the name only in -Dmitogen=
    }
  }

  /**
   * Puts the name before a command line.
   *
   * @param line the arguments, each followed by a NUL character
   * @return a text of the same length, with a NUL character at its end; null when the line has no
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
    text.setLength(line.length()); // cuts the text, or fills it up with NUL characters
    text.setCharAt(line.length() - 1, '\0');
    return text.toString();
  }
}
