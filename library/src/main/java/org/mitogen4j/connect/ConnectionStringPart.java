package org.mitogen4j.connect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** One connection method of a {@link ConnectionString}. */
final class ConnectionStringPart {
  private static final String SCHEME_END = "://";

  /** Characters beside letters and digits that are never written as hexadecimal digits. */
  private static final String PLAIN = "-._~/:=+[]";

  /** A piece of the text, without escapes, and where it begins. */
  private static final class Word {
    final String value;
    final int at;

    Word(String value, int at) {
      this.value = value;
      this.at = at;
    }
  }

  private final String text;
  private final Word scheme;
  private Word user;
  private Word place;
  private Word port;

  /** Values by the name of their setting, in the order of the text. */
  private final Map<String, List<Word>> settings = new LinkedHashMap<>();

  private final Map<String, Integer> settingsAt = new LinkedHashMap<>();
  private ConnectionMethod<?> method;

  private ConnectionStringPart(String text, Word scheme) {
    this.text = text;
    this.scheme = scheme;
  }

  /** Reads a part of a text. */
  static ConnectionStringPart parse(String text, int from, int to) {
    int schemeEnd = text.substring(0, to).indexOf(SCHEME_END, from);
    if (schemeEnd < 0) {
      throw wrong(text, from, "it has to begin with a scheme, such as ssh://", null);
    }
    Word scheme = new Word(text.substring(from, schemeEnd), from);
    ConnectionStringPart part = new ConnectionStringPart(text, scheme);
    int begin = schemeEnd + SCHEME_END.length();
    int question = text.substring(0, to).indexOf('?', begin);
    int end = question < 0 ? to : question;
    part.readSettings(question < 0 ? to : question + 1, to);
    // The slash ahead of the settings, as in all URLs, belongs to no place.
    boolean slash = end > begin + 1 && text.charAt(end - 1) == '/';
    part.readPlace(begin, slash ? end - 1 : end);
    part.method = part.build();
    return part;
  }

  private void readPlace(int from, int to) {
    int begin = from;
    int at = text.substring(0, to).lastIndexOf('@');
    if (at >= begin) {
      user = word(begin, at);
      begin = at + 1;
    }
    int end = to;
    int colon = text.substring(0, to).lastIndexOf(':');
    boolean ssh = scheme.value.equals("ssh");
    if (ssh && colon >= begin && colon > text.substring(0, to).lastIndexOf(']')) {
      port = word(colon + 1, to);
      end = colon;
    }
    if (ssh && end > begin + 1 && text.charAt(begin) == '[' && text.charAt(end - 1) == ']') {
      begin++; // an address with colons in it
      end--;
    }
    place = word(begin, end);
  }

  private void readSettings(int from, int to) {
    for (int at = from; at < to; ) {
      int next = text.substring(0, to).indexOf('&', at);
      int end = next < 0 ? to : next;
      int equals = text.substring(0, end).indexOf('=', at);
      if (equals <= at) {
        throw wrong(text, at, "a setting is a name, '=' and a value", null);
      }
      Word name = word(at, equals);
      settings.computeIfAbsent(name.value, n -> new ArrayList<>()).add(word(equals + 1, end));
      settingsAt.putIfAbsent(name.value, at);
      at = end + 1;
    }
  }

  private ConnectionMethod<?> build() {
    ConnectionMethod<?> built = attempt(place.at, () -> Scheme.create(scheme.value, place.value));
    if (built == null) {
      throw wrong(text, scheme.at, "there is no scheme '" + scheme.value + "'", null);
    }
    if (user != null) {
      built = set(built, "user", user.at, value(user));
    }
    if (port != null) {
      built = set(built, "port", port.at, value(port));
    }
    for (Map.Entry<String, List<Word>> setting : settings.entrySet()) {
      built = set(built, setting.getKey(), settingsAt.get(setting.getKey()), setting.getValue());
    }
    return built;
  }

  private static List<Word> value(Word word) {
    List<Word> one = new ArrayList<>();
    one.add(word);
    return one;
  }

  private ConnectionMethod<?> set(
      ConnectionMethod<?> method, String name, int at, List<Word> words) {
    ConnectionSetting setting = ConnectionSetting.find(method, name);
    if (setting == null) {
      throw wrong(
          text, at, "the scheme '" + scheme.value + "' has no setting '" + name + "'", null);
    }
    if (setting.takesAll()) {
      List<String> values = new ArrayList<>();
      words.forEach(word -> values.add(word.value));
      return attempt(words.get(0).at, () -> setting.set(method, values));
    }
    ConnectionMethod<?> changed = method;
    for (Word word : words) {
      ConnectionMethod<?> before = changed;
      changed = attempt(word.at, () -> setting.set(before, value(word.value)));
    }
    return changed;
  }

  private static List<String> value(String one) {
    List<String> list = new ArrayList<>();
    list.add(one);
    return list;
  }

  private ConnectionMethod<?> attempt(int at, Supplier<ConnectionMethod<?>> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw wrong(text, at, e.getMessage(), e);
    }
  }

  /** A piece of the text with its escapes undone. */
  private Word word(int from, int to) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = from; at < to; ) {
      if (text.charAt(at) != '%') {
        int c = text.codePointAt(at);
        int length = Character.charCount(c);
        byte[] encoded = text.substring(at, at + length).getBytes(StandardCharsets.UTF_8);
        bytes.write(encoded, 0, encoded.length);
        at += length;
      } else if (at + 2 < to) {
        bytes.write(hexadecimal(at));
        at += 3;
      } else {
        throw wrong(text, at, "'%' needs two hexadecimal digits behind it", null);
      }
    }
    return new Word(new String(bytes.toByteArray(), StandardCharsets.UTF_8), from);
  }

  private int hexadecimal(int at) {
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    if (high < 0 || low < 0) {
      throw wrong(text, at, "'%' needs two hexadecimal digits behind it", null);
    }
    return high << 4 | low;
  }

  ConnectionMethod<?> method() {
    return method;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(scheme.value).append(SCHEME_END);
    if (user != null) {
      s.append(escaped(user.value)).append('@');
    }
    boolean brackets = scheme.value.equals("ssh") && place.value.indexOf(':') >= 0;
    s.append(brackets ? "[" : "").append(escaped(place.value)).append(brackets ? "]" : "");
    if (port != null) {
      s.append(':').append(port.value);
    }
    char separator = '?';
    if (!settings.isEmpty() || place.value.endsWith("/")) {
      s.append('/');
    }
    for (Map.Entry<String, List<Word>> setting : settings.entrySet()) {
      for (Word word : setting.getValue()) {
        s.append(separator).append(setting.getKey()).append('=').append(escaped(word.value));
        separator = '&';
      }
    }
    return s.toString();
  }

  private static String escaped(String value) {
    StringBuilder s = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 255);
      if (c < 128 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        s.append(c);
      } else {
        s.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
      }
    }
    return s.toString();
  }

  private static IllegalArgumentException wrong(String text, int at, String why, Throwable cause) {
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < at; i++) {
      pointer.append(' ');
    }
    StringBuilder shown = new StringBuilder();
    text.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
    return new IllegalArgumentException(
        why + ", at character " + (at + 1) + ":\n" + shown + "\n" + pointer + "^", cause);
  }
}
