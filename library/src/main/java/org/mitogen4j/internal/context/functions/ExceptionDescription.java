package org.mitogen4j.internal.context.functions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.kernel.CallHandler;

/**
 * Describes an exception of the program as a value: an array of its type, message, stack (four
 * values a line), cause and suppressed exceptions. The exception's methods are the program's code:
 * they may throw, return null or texts of any length, and causes may form a cycle. Whatever they
 * do, the type arrives, and of the rest what can be read, up to the limits here. Runs on the thread
 * of the call that failed.
 */
public final class ExceptionDescription {
  /** Characters of all texts together, unless the message limit allows less. */
  private static final int MAX_CHARS = 1 << 18;

  /** The part of the message limit that a description may take: a character is up to 3 bytes. */
  private static final int LIMIT_FRACTION = 8;

  /** Characters of one message. */
  private static final int MAX_MESSAGE = 1 << 16;

  /** Characters of any other text: the JVM allows a name of 65,535. */
  private static final int MAX_NAME = 1 << 10;

  private static final int MAX_LINES = 256;

  /** The most exceptions in all: causes and suppressed ones at any depth. */
  private static final int MAX_EXCEPTIONS = 32;

  private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int chars;

  private ExceptionDescription(int messageLimit) {
    chars = Math.min(MAX_CHARS, messageLimit / LIMIT_FRACTION);
  }

  /**
   * Describes an exception. Never throws, unless there is no memory left.
   *
   * @param messageLimit in bytes, as the router has it
   */
  public static Object[] of(Throwable e, int messageLimit) {
    try {
      return new ExceptionDescription(messageLimit).describe(e);
    } catch (StackOverflowError deep) { // the function has left no room on its stack
      return new Object[] {e.getClass().getName(), null, new Object[0], null, new Object[0]};
    }
  }

  private Object[] describe(Throwable e) {
    seen.add(e);
    String type = cut(e.getClass().getName(), MAX_NAME);
    return new Object[] {type, message(e), lines(e), cause(e), suppressed(e)};
  }

  private String message(Throwable e) {
    try {
      return cut(e.getMessage(), MAX_MESSAGE);
    } catch (Throwable failed) { // whatever the program throws, in a method that must not
      return "its message can't be had: " + failed.getClass().getName();
    }
  }

  private Object[] lines(Throwable e) {
    List<Object> lines = new ArrayList<>();
    try {
      StackTraceElement[] stack = e.getStackTrace();
      int length = stack == null ? 0 : Math.min(stack.length, MAX_LINES);
      for (int i = 0; i < length && chars > 0; i++) {
        if (stack[i] == null) {
          continue;
        } else if (stack[i].getClassName().equals(CallHandler.class.getName())) {
          break; // what is below the call is the library's and the JDK's
        }
        lines.add(cut(stack[i].getClassName(), MAX_NAME));
        lines.add(cut(stack[i].getMethodName(), MAX_NAME));
        lines.add(cut(stack[i].getFileName(), MAX_NAME));
        lines.add(stack[i].getLineNumber());
      }
    } catch (Throwable failed) {
      // it arrives with the lines that were read so far
    }
    int whole = lines.size() - lines.size() % 4;
    while (whole > 0 && ((String) lines.get(whole - 4)).contains(".reflect.")) {
      whole -= 4; // the reflective call of the function
    }
    return lines.subList(0, whole).toArray();
  }

  private Object[] cause(Throwable e) {
    try {
      return further(e.getCause());
    } catch (Throwable failed) {
      return null;
    }
  }

  private Object[] suppressed(Throwable e) {
    List<Object> all = new ArrayList<>();
    for (Throwable one : e.getSuppressed()) {
      Object[] description = further(one);
      if (description != null) {
        all.add(description);
      }
    }
    return all.toArray();
  }

  /**
   * Describes one more exception; null if there is none, it was described before, or at a limit.
   */
  private Object[] further(Throwable e) {
    boolean described = e != null && !seen.contains(e) && seen.size() < MAX_EXCEPTIONS && chars > 0;
    return described ? describe(e) : null;
  }

  /** A text, cut where it is too long, which it says. */
  private String cut(String text, int most) {
    if (text == null) {
      return null;
    }
    int length = Math.max(0, Math.min(chars, most));
    chars -= Math.min(length, text.length());
    return text.length() <= length
        ? text
        : text.substring(0, length) + "... (cut, " + text.length() + " characters in all)";
  }
}
