package org.mitogen4j.connect.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mitogen4j.StartException;

/**
 * The program that a connection method runs on this machine to start a child: its arguments, the
 * environment variables that are set for it, and the bytes that are written to its standard input
 * first. Immutable; any thread may use it. Creating a command line runs nothing.
 */
public final class CommandLine {
  /** {@link #brief} cuts each longer word to this many characters. */
  private static final int BRIEF_WORD = 60;

  /** A word of these characters needs no quotes in any POSIX shell. */
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  /** Matches the name of an option or a variable when the name says that the value is a secret. */
  private static final String SECRET_NAME =
      "[\\w.-]*(?:passw|passphrase|pwd|secret|token|credential|api[_-]?key|private[_-]?key)[\\w.-]*";

  /** A word that consists of such a name and its value. */
  private static final Pattern SECRET_SETTING =
      Pattern.compile("(" + SECRET_NAME + "[=:]).+", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Such a name and its value inside a longer word, or the password in a URL. */
  private static final Pattern SECRET_PART =
      Pattern.compile(
          "("
              + SECRET_NAME
              + "[=:])('[^']*'|\"[^\"]*\"|[^\\s'\";&]+)|(://[^/@:\\s]+:)[^/@\\s]+(?=@)",
          Pattern.CASE_INSENSITIVE);

  /** An option with such a name; its value is the next word. */
  private static final Pattern SECRET_OPTION =
      Pattern.compile("--?" + SECRET_NAME, Pattern.CASE_INSENSITIVE);

  /** Values that are no secrets, such as those of ssh's option PasswordAuthentication. */
  private static final Pattern NO_SECRET = Pattern.compile("(?i)yes|no|true|false|none|\\d");

  private static final String MASK = "****";

  private final List<String> words;
  private final Map<String, String> environment;
  private final byte[] input;
  private final List<String> remarks;

  private CommandLine(
      List<String> words, Map<String, String> environment, byte[] input, List<String> remarks) {
    this.words = Collections.unmodifiableList(words);
    this.environment = Collections.unmodifiableMap(environment);
    this.input = input;
    this.remarks = Collections.unmodifiableList(remarks);
  }

  /**
   * A command line that sets no environment variables.
   *
   * @param words the program, a path or a name on {@code PATH}, and its arguments
   * @param input the bytes to write to the program's standard input first, such as {@link
   *     Bootstrap#preamble}
   * @return the command line
   */
  public static CommandLine of(List<String> words, byte[] input) {
    return new CommandLine(
        new ArrayList<>(words), Collections.emptyMap(), input.clone(), Collections.emptyList());
  }

  /**
   * Sets further environment variables for the program.
   *
   * @param namesAndValues a name, its value, and so on; a name that was set before gets the new
   *     value
   * @return a changed copy
   * @throws IllegalArgumentException when the last name has no value
   */
  public CommandLine environment(String... namesAndValues) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.putAll(CommandArgument.pairs(namesAndValues));
    return new CommandLine(words, more, input, remarks);
  }

  /**
   * Adds a remark for people, such as which question of the program gets an answer. A remark is
   * shown as it is, so it must not contain a secret.
   *
   * @param line one line
   * @return a changed copy
   */
  public CommandLine remark(String line) {
    List<String> more = new ArrayList<>(remarks);
    more.add(line);
    return new CommandLine(words, environment, input, more);
  }

  /**
   * The program and its arguments as they are given to the operating system, nothing masked.
   *
   * @return can't be changed
   */
  public List<String> words() {
    return words;
  }

  /**
   * The environment variables that are set in addition to those of this process; nothing is masked.
   *
   * @return can't be changed
   */
  public Map<String, String> environment() {
    return environment;
  }

  /**
   * The bytes that are written to the program's standard input first.
   *
   * @return a copy
   */
  public byte[] input() {
    return input.clone();
  }

  /**
   * The remarks for people, one line each.
   *
   * @return can't be changed
   */
  public List<String> remarks() {
    return remarks;
  }

  /**
   * Starts the program, with pipes for its three streams. Does not wait until it ends, and writes
   * nothing to it.
   *
   * @return the process
   * @throws StartException with {@link StartException.Reason#CLIENT_MISSING} where it is not
   *     installed
   */
  public Process launch() throws StartException {
    List<String> variables = new ArrayList<>();
    environment.forEach((name, value) -> variables.addAll(Arrays.asList(name, value)));
    return ProcessConnection.launch(words, variables.toArray(new String[0]));
  }

  /**
   * The text of {@link #toString} with long words cut, such as the first-stage script. For error
   * messages.
   *
   * @return one line
   */
  public String brief() {
    return text(BRIEF_WORD);
  }

  /**
   * The command line in the syntax of a POSIX shell, variables first. The value of an option or
   * variable is masked when its name says that it is a password, a token or another secret.
   */
  @Override
  public String toString() {
    return text(Integer.MAX_VALUE);
  }

  private String text(int longest) {
    List<String> shown = new ArrayList<>();
    environment.forEach(
        (name, value) -> {
          boolean secret = !masked(name + "=" + value).endsWith(value);
          shown.add(name + "=" + (secret ? MASK : quoted(masked(value))));
        });
    boolean secret = false;
    for (String word : words) {
      String visible = secret ? MASK : masked(word);
      if (visible.length() > longest) {
        visible = visible.substring(0, longest).replace('\n', ' ') + "...";
      }
      shown.add(quoted(visible));
      secret = SECRET_OPTION.matcher(word).matches();
    }
    return String.join(" ", shown);
  }

  private static String masked(String word) {
    Matcher setting = SECRET_SETTING.matcher(word);
    if (setting.matches()) {
      String value = word.substring(setting.end(1));
      return NO_SECRET.matcher(value).matches() ? word : setting.group(1) + MASK;
    }
    Matcher part = SECRET_PART.matcher(word);
    StringBuffer text = new StringBuffer();
    while (part.find()) {
      String name = part.group(1) == null ? part.group(3) : part.group(1);
      part.appendReplacement(text, Matcher.quoteReplacement(name + MASK));
    }
    return part.appendTail(text).toString();
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() || word.equals(MASK)
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
