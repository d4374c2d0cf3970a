package org.mitogen4j.internal.context;

import java.nio.charset.StandardCharsets;

/**
 * Finds, in what a JVM prints, its report of an error that ends it: a signal such as SIGSEGV, an
 * error in the JVM, or memory that the system does not give. The report goes on to the JVM's end.
 */
public final class CrashText {
  private static final byte[][] BEGINNINGS = {
    ascii("# A fatal error has been detected by the Java Runtime Environment"),
    ascii("# There is insufficient memory for the Java Runtime Environment")
  };

  private static final String FRAME = "# Problematic frame:";

  private CrashText() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Where a line begins with which a report begins; -1 where there is none. */
  public static int begin(byte[] lines) {
    for (int at = 0; at < lines.length; at++) {
      if (lines[at] == '#' && (at == 0 || lines[at - 1] == '\n')) {
        for (byte[] beginning : BEGINNINGS) {
          if (isAt(lines, at, beginning)) {
            return at;
          }
        }
      }
    }
    return -1;
  }

  private static boolean isAt(byte[] lines, int at, byte[] text) {
    int i = 0;
    while (i < text.length && at + i < lines.length && lines[at + i] == text[i]) {
      i++;
    }
    return i == text.length;
  }

  /**
   * A report in a few words: what happened, and in which frame.
   *
   * @param report from its first line on, as much as there is
   */
  public static String summary(String report) {
    String error = "";
    String frame = "";
    String before = "";
    for (String line : report.split("\n")) {
      String text = line.length() > 1 ? line.substring(1).trim() : "";
      if (error.isEmpty() && line.startsWith("#  ")) {
        error = text;
      } else if (frame.isEmpty() && before.equals(FRAME)) {
        frame = ", in " + text.replaceAll(" +", " ");
      }
      before = line.trim();
    }
    String first = report.split("\n", 2)[0].replaceFirst("^# ", "");
    return (error.isEmpty() ? first : error) + frame;
  }
}
