package org.mitogen4j.connect;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mitogen4j.Secret;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * A setting of a connection method, found by its name: a public method of that name that takes one
 * value, a name and a value, or several values, and returns a connection method.
 */
final class ConnectionSetting {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h)");

  private final Method setter;

  private ConnectionSetting(Method setter) {
    this.setter = setter;
  }

  /** Finds a setting; returns null if there is none of that name. */
  static ConnectionSetting find(ConnectionMethod<?> method, String name) {
    for (Method candidate : method.getClass().getMethods()) {
      int count = candidate.getParameterCount();
      if (candidate.getName().equals(name)
          && !Modifier.isStatic(candidate.getModifiers())
          && ConnectionMethod.class.isAssignableFrom(candidate.getReturnType())
          && (count == 1 || count == 2)) {
        return new ConnectionSetting(candidate);
      }
    }
    return null;
  }

  /** Whether the setting takes all its values in a text at once. */
  boolean takesAll() {
    return setter.isVarArgs() && setter.getParameterCount() == 1;
  }

  /**
   * Changes the setting.
   *
   * @param method the connection method
   * @param values all values if the setting {@link #takesAll} of them; else one
   * @return a changed copy
   * @throws IllegalArgumentException when a text is no value of the setting
   */
  ConnectionMethod<?> set(ConnectionMethod<?> method, List<String> values) {
    Class<?>[] types = setter.getParameterTypes();
    Object[] arguments;
    if (types[0] == String[].class) {
      arguments = new Object[] {values.toArray(new String[0])};
    } else if (setter.isVarArgs()) {
      String[] names = values.get(0).split("\\+", -1);
      Object[] more = constants(types[0], names);
      Object array = Array.newInstance(types[0], more.length);
      System.arraycopy(more, 0, array, 0, more.length);
      arguments = new Object[] {more[0], array};
    } else if (types.length == 2) {
      int equals = values.get(0).lastIndexOf('=');
      if (types[1] == String.class) {
        equals = values.get(0).indexOf('=');
      }
      if (equals < 0) {
        throw new IllegalArgumentException(
            "'" + values.get(0) + "' is not a name, '=' and a value");
      }
      arguments =
          new Object[] {
            values.get(0).substring(0, equals), value(types[1], values.get(0).substring(equals + 1))
          };
    } else {
      arguments = new Object[] {value(types[0], values.get(0))};
    }
    try {
      return (ConnectionMethod<?>) setter.invoke(method, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException) {
        throw (RuntimeException) e.getCause();
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == int.class) {
      return number(text);
    } else if (type == boolean.class) {
      if (!text.equals("true") && !text.equals("false")) {
        throw new IllegalArgumentException("'" + text + "' is neither true nor false");
      }
      return Boolean.valueOf(text);
    } else if (type == Duration.class) {
      return duration(text);
    } else if (type == Secret.class) {
      return secret(text);
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    throw new IllegalArgumentException("this setting can't be written as a text");
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration: a number with ms, s, m or h behind it");
    }
    long amount = Long.parseLong(matcher.group(1));
    switch (matcher.group(2)) {
      case "ms":
        return Duration.ofMillis(amount);
      case "s":
        return Duration.ofSeconds(amount);
      case "m":
        return Duration.ofMinutes(amount);
      default:
        return Duration.ofHours(amount);
    }
  }

  private static Object[] constants(Class<?> type, String... names) {
    Object[] all = new Object[names.length];
    for (int i = 0; i < names.length; i++) {
      all[i] = constant(type, names[i]);
    }
    return all;
  }

  /** Finds a constant of an enum; the name may have small letters, and dashes for underscores. */
  static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(Scheme.constantName(name))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "'" + name + "' is none of " + Arrays.toString(type.getEnumConstants()));
  }

  /** Reads a secret. Error messages do not repeat the text, which may be the secret itself. */
  private static Secret secret(String text) {
    if (text.startsWith("env:")) {
      String value = System.getenv(text.substring(4));
      if (value == null) {
        throw new IllegalArgumentException(
            "the environment has no variable '" + text.substring(4) + "'");
      }
      return Secret.of(value);
    } else if (text.startsWith("file:")) {
      String path = text.substring(5);
      try {
        List<String> lines = Files.readAllLines(Paths.get(path), StandardCharsets.UTF_8);
        return Secret.of(lines.isEmpty() ? "" : lines.get(0));
      } catch (IOException e) {
        throw new IllegalArgumentException("can't read the password from '" + path + "'", e);
      }
    }
    throw new IllegalArgumentException(
        "a password is given as env:NAME or file:PATH, not by itself");
  }
}
