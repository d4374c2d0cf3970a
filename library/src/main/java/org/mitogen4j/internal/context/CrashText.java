package org.mitogen4j.internal.context;

import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
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

  /** What the JVM prints when its report is complete: it runs the command that makes it wait. */
  private static final byte[] COMPLETE = ascii("#   Executing ");

  /** Bytes of a report's file, of which the rest is left out. */
  private static final int MAX_FILE = 1 << 20;

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

  /** Whether the JVM has reported all. */
  static boolean isComplete(byte[] lines) {
    for (int at = 0; at < lines.length; at++) {
      if (lines[at] == '#' && isAt(lines, at, COMPLETE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The report that this JVM wrote to a file, which is deleted: those before Java 17 write to no
   * file that exists, as standard output does, but to {@code hs_err_pidN.log} in their folder or
   * {@code /tmp}. Only a file of that name, with this process's number, is looked at.
   *
   * @return empty where there is none
   */
  static byte[] takeFile() {
    try {
      String name = "hs_err_pid" + new File("/proc/self").getCanonicalFile().getName() + ".log";
      for (String folder : new String[] {System.getProperty("user.dir"), "/tmp"}) {
        File file = new File(folder, name);
        if (file.isFile() && file.getCanonicalFile().getName().equals(name)) {
          byte[] bytes = new byte[(int) Math.min(file.length(), MAX_FILE)];
          try (DataInputStream in = new DataInputStream(new FileInputStream(file))) {
            in.readFully(bytes);
          }
          return file.delete() ? bytes : new byte[0]; // else it is there to be read
        }
      }
    } catch (IOException | RuntimeException e) {
      // then there is no more to be told
    }
    return new byte[0];
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
