package org.mitogen4j.internal.context.printed;

import org.mitogen4j.internal.context.bounds.Limits;

/**
 * Makes text of another process safe to show: it can't steer a terminal, hide or reorder the text
 * beside it, or look like a line of its own. All text of children that is shown goes through here:
 * names, reasons, log lines, exceptions.
 *
 * <p>Line separators and tabs count as white space. Every other control character (C0, DEL, C1),
 * format character (text direction, invisible signs) and half of a surrogate pair becomes a
 * question mark. The two format characters without which scripts and emoji can't be written, zero
 * width joiner and non-joiner, stay.
 */
public final class Printable {
  /** The depth to which causes of causes are kept; deeper ones are dropped. */
  private static final int MAX_CAUSES = 32;

  private static final char REPLACEMENT = '?';
  private static final char DELETE = 0x7f;
  private static final char ZERO_WIDTH_NON_JOINER = '\u200c';
  private static final char ZERO_WIDTH_JOINER = '\u200d';

  private Printable() {}

  /** One line of at most 2,000 chars: a line break or tab becomes a space. Null stays null. */
  public static String line(String text) {
    return line(text, Limits.TEXT);
  }

  /** As {@link #line(String)}, with another limit; an ellipsis stands for what is cut off. */
  public static String line(String text, int most) {
    if (text == null) {
      return null;
    }
    if (text.length() <= most) {
      return clean(text, false);
    }
    // a pair that the limit would split is left out, too
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return clean(text.substring(0, end), false) + "...";
  }

  /** Any number of lines: tabs stay, and so do line breaks, as line feeds. Null stays null. */
  public static String lines(String text) {
    return text == null ? null : clean(text, true);
  }

  /**
   * An exception that is safe as a cause, since stack traces show causes: the exception itself if
   * all texts of it and of its causes are printable, else a copy with its name, its stack and
   * printable texts.
   */
  public static Throwable cause(Throwable e) {
    return e == null ? null : cause(e, MAX_CAUSES);
  }

  private static Throwable cause(Throwable e, int most) {
    Throwable below = e.getCause();
    Throwable cause = below == null || most == 0 ? null : cause(below, most - 1);
    String text = text(e);
    String clean = lines(text);
    if (clean.equals(text) && cause == below) {
      return e;
    }
    Throwable copy = new RuntimeException(clean, cause);
    copy.setStackTrace(e.getStackTrace());
    return copy;
  }

  /** The exception's text; its type if its own methods throw. */
  private static String text(Throwable e) {
    try {
      return String.valueOf(e);
    } catch (RuntimeException | StackOverflowError failed) {
      return e.getClass().getName();
    }
  }

  private static String clean(String text, boolean multiLine) {
    int i = 0;
    while (i < text.length() && text.charAt(i) >= ' ' && text.charAt(i) < DELETE) {
      i++;
    }
    if (i == text.length()) {
      return text; // the usual case
    }
    StringBuilder clean = new StringBuilder(text.length()).append(text, 0, i);
    for (int point; i < text.length(); i += Character.charCount(point)) {
      point = text.codePointAt(i);
      if (isLineBreak(point)) {
        if (point != '\r' || !text.startsWith("\n", i + 1)) { // Windows ends lines with both
          clean.append(multiLine ? '\n' : ' ');
        }
      } else if (point == '\t') {
        clean.append(multiLine ? '\t' : ' ');
      } else if (isHarmless(point)) {
        clean.appendCodePoint(point);
      } else {
        clean.append(REPLACEMENT);
      }
    }
    return clean.toString();
  }

  /** Whether Java's regular expressions take a character for the end of a line. */
  private static boolean isLineBreak(int point) {
    return (point >= '\n' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029;
  }

  private static boolean isHarmless(int point) {
    switch (Character.getType(point)) {
      case Character.CONTROL:
      case Character.LINE_SEPARATOR:
      case Character.PARAGRAPH_SEPARATOR:
      case Character.SURROGATE:
        return false;
      case Character.FORMAT:
        return point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER;
      default:
        return true;
    }
  }
}
