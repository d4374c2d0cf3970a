package org.mitogen4j.internal.context.classes;

import java.nio.charset.StandardCharsets;

/**
 * Replaces the numbers in the line number tables of a class file by differences, and back. Line
 * numbers grow by small steps, so the differences repeat, and the tables deflate to a third of the
 * bytes. Works on the part of a class file that follows its constant pool. For one thread.
 */
public final class LineTables {
  private static final byte[] CODE = {'C', 'o', 'd', 'e'};
  private static final byte[] LINES = "LineNumberTable".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final int begin;
  private final int code;
  private final int lines;

  /** Whether the numbers of a class file are replaced by differences, not the other way round. */
  private boolean numbersGoOut;

  /** The line number of the last entry so far, in this and in earlier tables. */
  private int line;

  /**
   * @param bytes contain the part of a class file that follows its constant pool
   * @param begin the index of its first byte
   * @param code the position in the constant pool of its first text for which {@link #isCode} is
   *     true; 0 for none
   * @param lines the same for {@link #isLines}
   */
  public LineTables(byte[] bytes, int begin, int code, int lines) {
    this.bytes = bytes;
    this.code = code;
    this.lines = lines;
    this.begin = begin;
  }

  /** Whether a text is the name of the attribute with a method's code. */
  public static boolean isCode(byte[] b, int from, int length) {
    return isAt(b, from, length, CODE);
  }

  /** Whether a text is the name of the attribute with the line numbers of code. */
  public static boolean isLines(byte[] b, int from, int length) {
    return isAt(b, from, length, LINES);
  }

  private static boolean isAt(byte[] b, int from, int length, byte[] text) {
    int same = 0;
    if (length == text.length) {
      while (same < length && b[from + same] == text[same]) {
        same++;
      }
    }
    return same == text.length;
  }

  /**
   * Replaces numbers by differences.
   *
   * @throws IndexOutOfBoundsException when the bytes are no part of a class file
   */
  public void toDifferences() {
    numbersGoOut = true;
    members();
  }

  /**
   * Replaces differences by numbers.
   *
   * @throws IndexOutOfBoundsException when the bytes are no part of a class file
   */
  public void toNumbers() {
    numbersGoOut = false;
    members();
  }

  private void members() {
    if (code == 0 || lines == 0) {
      return; // it has no line numbers
    }
    int at = begin + 6;
    at += 2 + 2 * u2(at); // interfaces
    for (int kind = 0; kind < 2; kind++) { // fields, methods
      int members = u2(at);
      at += 2;
      for (; members > 0; members--) {
        at = attributes(at + 6, code);
      }
    }
  }

  /**
   * Goes through the attributes of a field or method, or of code.
   *
   * @param from where their number is
   * @param wanted the attributes to look into: {@link #code} or {@link #lines}
   * @return the index behind them
   */
  private int attributes(int from, int wanted) {
    byte[] b = bytes;
    int at = from + 2;
    for (int count = u2(from); count > 0; count--) {
      int name = (b[at] & 255) << 8 | b[at + 1] & 255;
      int length = u2(at + 2) << 16 | u2(at + 4);
      at += 6;
      if (length < 0 || length > b.length - at) {
        throw new IndexOutOfBoundsException("an attribute of " + length + " bytes");
      }
      if (name == wanted) {
        if (wanted == lines) {
          table(at, at + length);
        } else {
          code(at);
        }
      }
      at += length;
    }
    return at;
  }

  /**
   * Goes through the attributes of code.
   *
   * @param from where the numbers of its values on the stack and of its local variables are
   */
  private void code(int from) {
    int handlers = from + 8 + (u2(from + 4) << 16 | u2(from + 6));
    attributes(handlers + 2 + 8 * u2(handlers), lines);
  }

  private void table(int from, int end) {
    int at = from + 2;
    if (at + 4 * u2(from) != end) {
      return; // not as a JVM wants it
    }
    if (numbersGoOut) {
      toDifferences(at, end);
    } else {
      toNumbers(at, end);
    }
  }

  // both loops call nothing: in a JVM that has just started they are interpreted

  private void toDifferences(int from, int end) {
    byte[] b = bytes;
    int pc = 0;
    int last = line;
    for (int i = from; i < end; i += 4) {
      int newPc = (b[i] & 255) << 8 | b[i + 1] & 255;
      int newLine = (b[i + 2] & 255) << 8 | b[i + 3] & 255;
      b[i] = (byte) (newPc - pc >> 8);
      b[i + 1] = (byte) (newPc - pc);
      b[i + 2] = (byte) (newLine - last >> 8);
      b[i + 3] = (byte) (newLine - last);
      pc = newPc;
      last = newLine;
    }
    line = last;
  }

  private void toNumbers(int from, int end) {
    byte[] b = bytes;
    int pc = 0;
    int last = line;
    for (int i = from; i < end; i += 4) {
      pc += (b[i] << 8) + (b[i + 1] & 255); // what is carried beyond 16 bits is cut off below
      last += (b[i + 2] << 8) + (b[i + 3] & 255);
      b[i] = (byte) (pc >> 8);
      b[i + 1] = (byte) pc;
      b[i + 2] = (byte) (last >> 8);
      b[i + 3] = (byte) last;
    }
    line = last & 0xFFFF;
  }

  private int u2(int i) {
    return (bytes[i] & 255) << 8 | bytes[i + 1] & 255;
  }
}
