package org.mitogen4j.connect.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Checks values that a connection method puts on the command line of a program, so that the program
 * takes a value neither for an option nor cuts it off. Any thread may use it.
 */
public final class CommandArgument {
  private CommandArgument() {}

  /**
   * Checks a name, such as that of an account or a container.
   *
   * @param value the value to check
   * @param kind what it names, for the message: {@code a container's name}
   * @return the value
   * @throws IllegalArgumentException when it is empty, begins with {@code -}, or has a space or a
   *     control character in it
   * @throws NullPointerException when it is null
   */
  public static String name(String value, String kind) {
    return name(value, kind, "");
  }

  /**
   * As {@link #name(String, String)}.
   *
   * @param value the value to check
   * @param kind what it names, for the message
   * @param forbidden further characters that must not be in it
   */
  public static String name(String value, String kind, String forbidden) {
    Objects.requireNonNull(value, kind);
    String wrong = null;
    if (value.isEmpty()) {
      wrong = "it is empty";
    } else if (value.startsWith("-")) {
      wrong = "it begins with '-', as options do";
    }
    for (int i = 0; i < value.length() && wrong == null; ) {
      int c = value.codePointAt(i);
      if (isInvisible(c) || forbidden.indexOf(c) >= 0) {
        wrong = "it must not have " + shown(c) + " in it";
      }
      i += Character.charCount(c);
    }
    if (wrong != null) {
      throw new IllegalArgumentException("'" + shown(value) + "' is not " + kind + ": " + wrong);
    }
    return value;
  }

  /**
   * Checks names and values of environment variables.
   *
   * @param namesAndValues a name, its value, and so on
   * @return the values by their names, in this order
   * @throws IllegalArgumentException when the last name has no value
   */
  static Map<String, String> pairs(String... namesAndValues) {
    int length = namesAndValues.length;
    if (length % 2 != 0) {
      throw new IllegalArgumentException(
          "the variable '"
              + shown(namesAndValues[length - 1])
              + "' has no value: give a value behind each name");
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < length; i += 2) {
      pairs.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return pairs;
  }

  /**
   * Checks a value that may be any text: a path, or an argument for another program.
   *
   * @param value the value to check
   * @param kind what it is, for the message: {@code an argument for the JVM}
   * @return the value
   * @throws IllegalArgumentException when it has a NUL character in it, which ends an argument
   * @throws NullPointerException when it is null
   */
  public static String text(String value, String kind) {
    Objects.requireNonNull(value, kind);
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "'" + shown(value) + "' is not " + kind + ": it must not have " + shown(0) + " in it");
    }
    return value;
  }

  /**
   * Checks the path of a program.
   *
   * @param value the value to check
   * @param kind what it is, for the message: {@code the path of ssh}
   * @return the path
   * @throws IllegalArgumentException when it is empty, begins with {@code -}, or has a NUL
   *     character in it
   * @throws NullPointerException when it is null
   */
  public static String path(String value, String kind) {
    text(value, kind);
    if (value.isEmpty() || value.startsWith("-")) {
      throw new IllegalArgumentException(
          "'" + shown(value) + "' is not " + kind + ": it is empty or begins with '-'");
    }
    return value;
  }

  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE;
  }

  private static String shown(int c) {
    return isInvisible(c)
        ? "the character U+" + String.format("%04X", c)
        : "'" + new String(Character.toChars(c)) + "'";
  }

  /** A value without characters that would steer a terminal, to be shown. */
  private static String shown(String value) {
    StringBuilder text = new StringBuilder();
    value.codePoints().forEach(c -> text.appendCodePoint(isInvisible(c) && c != ' ' ? '?' : c));
    return text.toString();
  }
}
