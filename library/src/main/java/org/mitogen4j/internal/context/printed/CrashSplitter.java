package org.mitogen4j.internal.context.printed;

import java.util.Arrays;

/**
 * Separates the crash report of a JVM from other lines of its standard output. A report may also be
 * that of a JVM that the program started, or a file that a program prints; the process id in it
 * tells which process crashed. For one thread at a time.
 */
public final class CrashSplitter {
  /** In place of a process id: a report of any process is taken. */
  public static final long ANY = 0;

  /** The most bytes of a report in which it names its process. */
  private static final int HEAD = 4096;

  /** The texts ahead of the process id, in the report and in the name of the report's file. */
  private static final String[] PROCESS = {"pid=", "hs_err_pid"};

  private static final String BODY = "-----";
  private static final String END = "END.";

  /** Above any process id of any system. */
  private static final long MAX_PROCESS = 1L << 40;

  private final long pid;
  private byte[] head = {}; // of a report that has not named its process yet
  private boolean inReport;
  private boolean inBody; // of the report's lines, those that need not begin with #
  private long reported;

  /** Takes lines that are part of a report, or are not. */
  public interface Taker {
    /**
     * Takes some lines.
     *
     * @param report whether the lines belong to a crash report
     */
    void take(boolean report, byte[] lines) throws InterruptedException;
  }

  /**
   * @param pid the process whose reports are looked for; {@link #ANY} for that of any process
   */
  public CrashSplitter(long pid) {
    this.pid = pid;
  }

  /** The process that the latest report names. */
  public long reported() {
    return reported;
  }

  /** Passes whole lines on. The first lines of a report wait here until it names its process. */
  public void add(byte[] lines, Taker to) throws InterruptedException {
    if (!inReport && head.length == 0 && CrashText.begin(lines) < 0) {
      to.take(false, lines); // nearly always
      return;
    }
    byte[] all = lines;
    if (head.length > 0) {
      all = Arrays.copyOf(head, head.length + lines.length);
      System.arraycopy(lines, 0, all, head.length, lines.length);
      head = new byte[0];
    }
    for (int at = 0; at < all.length; ) {
      int end = inReport ? endOfReport(all, at) : beginning(all, at);
      if (end > at) {
        to.take(inReport, Arrays.copyOfRange(all, at, end));
      }
      at = end;
      if (at < all.length && head.length > 0) {
        return; // the rest is the head
      } else if (at < all.length) {
        inReport = !inReport;
      }
    }
  }

  /** Passes on the lines that wait for a process id: none is going to follow. */
  public void finish(Taker to) throws InterruptedException {
    if (head.length > 0) {
      byte[] lines = head;
      head = new byte[0];
      to.take(false, lines);
    }
  }

  /** The index of the first line of a report; the length when there is none. */
  private int beginning(byte[] lines, int from) {
    for (int at = from; at < lines.length; at = nextLine(lines, at)) {
      if (CrashText.isBeginning(lines, at)) {
        int end = at;
        while (end < lines.length && end - at < HEAD && lines[end] == '#') {
          end = nextLine(lines, end);
        }
        long named = process(lines, at, end);
        if (named >= 0 && (pid == ANY || named == pid)) {
          reported = named;
          inBody = false;
          return at;
        } else if (named < 0 && end == lines.length && end - at < HEAD) {
          head = Arrays.copyOfRange(lines, at, end);
          return at;
        }
      }
    }
    return lines.length;
  }

  /** The process that a part of a report names; -1 when it names none. */
  private static long process(byte[] lines, int from, int to) {
    for (int at = from; at < to; at++) {
      for (String before : PROCESS) {
        int digit = at + before.length();
        if (isAt(lines, at, before) && digit < to && isDigit(lines[digit])) {
          long id = 0;
          for (; digit < to && isDigit(lines[digit]) && id < MAX_PROCESS; digit++) {
            id = 10 * id + lines[digit] - '0';
          }
          return id;
        }
      }
    }
    return -1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The index of the first line behind a report; the length when there is none. */
  private int endOfReport(byte[] lines, int from) {
    for (int at = from; at < lines.length; ) {
      int next = nextLine(lines, at);
      if (inBody) {
        inBody = !isAt(lines, at, END);
      } else if (isAt(lines, at, BODY)) {
        inBody = true;
      } else if (lines[at] != '#' && lines[at] != '[' && lines[at] != '\n') {
        return at;
      }
      at = next;
    }
    return lines.length;
  }

  private static int nextLine(byte[] lines, int from) {
    int at = from;
    while (at < lines.length && lines[at++] != '\n') {}
    return at;
  }

  private static boolean isAt(byte[] lines, int at, String text) {
    int i = 0;
    while (i < text.length() && at + i < lines.length && lines[at + i] == text.charAt(i)) {
      i++;
    }
    return i == text.length();
  }
}
