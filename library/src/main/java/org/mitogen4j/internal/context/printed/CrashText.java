package org.mitogen4j.internal.context.printed;

import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds the crash report of a JVM in its output: of a signal such as SIGSEGV, an error in the JVM
 * itself, or a lack of memory in the system.
 */
public final class CrashText {
  private static final byte[][] BEGINNINGS = {
    ascii("# A fatal error has been detected by the Java Runtime Environment"),
    ascii("# There is insufficient memory for the Java Runtime Environment")
  };

  private static final String FRAME = "# Problematic frame:";

  /** The JVM prints this when its report is complete, before it runs the command of -XX:OnError. */
  private static final byte[] COMPLETE = ascii("#   Executing ");

  /** The most bytes that are read of a report's file; the rest is left out. */
  private static final int MAX_FILE = 1 << 20;

  /** An older file is the report of an earlier process that had the same process id. */
  private static final long MAX_AGE_MILLIS = 60_000;

  private CrashText() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The index of the first line of a report; -1 when there is none. */
  public static int begin(byte[] lines) {
    for (int at = 0; at < lines.length; at++) {
      if ((at == 0 || lines[at - 1] == '\n') && isBeginning(lines, at)) {
        return at;
      }
    }
    return -1;
  }

  /** Whether the first line of a report is there. */
  static boolean isBeginning(byte[] lines, int at) {
    if (lines[at] == '#') {
      for (byte[] beginning : BEGINNINGS) {
        if (isAt(lines, at, beginning)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The process id of this JVM; -1 where the system does not tell it by the file system. */
  public static long ownProcess() {
    try {
      return Long.parseLong(new File("/proc/self").getCanonicalFile().getName());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  /** Whether the report is complete. */
  public static boolean isComplete(byte[] lines) {
    for (int at = 0; at < lines.length; at++) {
      if (lines[at] == '#' && isAt(lines, at, COMPLETE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads and deletes the file to which this JVM wrote its crash report. A JVM before Java 17 never
   * writes it to an existing file such as standard output, but to {@code hs_err_pidN.log} in its
   * working directory or in {@code /tmp}. Only a file of that name with the id of this process that
   * was written within the last minute is read.
   *
   * @return the report; empty when there is no file
   */
  public static byte[] takeFile() {
    try {
      String name = "hs_err_pid" + ownProcess() + ".log";
      long oldest = System.currentTimeMillis() - MAX_AGE_MILLIS;
      for (String folder : new String[] {System.getProperty("user.dir"), "/tmp"}) {
        File file = new File(folder, name);
        if (file.isFile()
            && file.lastModified() >= oldest
            && file.getCanonicalFile().getName().equals(name)) {
          byte[] bytes = new byte[(int) Math.min(file.length(), MAX_FILE)];
          try (DataInputStream in = new DataInputStream(new FileInputStream(file))) {
            in.readFully(bytes);
          }
          // a report that can't be deleted is left to be read there
          return file.delete() ? bytes : new byte[0];
        }
      }
    } catch (IOException | RuntimeException e) {
      // then the report is lost
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
   * Sums a report up in a few words: the error, and the stack frame in which it happened.
   *
   * @param report the beginning of a report, from its first line on
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
