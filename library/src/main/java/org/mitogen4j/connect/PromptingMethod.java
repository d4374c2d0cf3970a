package org.mitogen4j.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.CommandMethod;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ProcessConnection;

/**
 * A connection method by a program that may ask for a password before it runs the command: {@link
 * Sudo}, {@link Su}, {@link Doas}, and any other as a {@link CommandPrefix}.
 *
 * <p>A secret is given at most once, when the program asks for it, so that no account gets locked.
 * If a program asks and no answer is set, the start fails at once.
 *
 * @param <M> the method's own type
 */
public abstract class PromptingMethod<M extends PromptingMethod<M>> extends CommandMethod<M> {
  private static final long serialVersionUID = 1;

  /** The word for a password in the languages that PAM and sudo are translated to. */
  private static final String PASSWORD_WORDS =
      "passw|passphrase|passcode|kennwort|mot de passe|contrase\u00f1a|clave|senha|palavra.passe"
          + "|wachtwoord|contrasenya|parola|\u015fifre|l\u00f6senord|adgangskode|adgangsord"
          + "|salasana|lykilor\u00f0|has\u0142o|heslo|jelsz\u00f3|lozinka|geslo|parool|slapta\u017eodis|\u043f\u0430\u0440\u043e\u043b|\u03c3\u03c5\u03bd\u03b8\u03b7\u03bc\u03b1\u03c4\u03b9\u03ba\u03cc|m\u1eadt"
          + " kh\u1ea9u|kata sandi|\u5bc6\u7801|\u5bc6\u78bc|\u53e3\u4ee4"
          + "|\u30d1\u30b9\u30ef\u30fc\u30c9|\uc554\ud638|\ube44\ubc00\ubc88\ud638|\u0633\u0631|\u05e1\u05d9\u05e1\u05de\u05d4";

  /** Any question for a password. */
  static final Pattern PASSWORD_PROMPT =
      Pattern.compile(
          "(" + PASSWORD_WORDS + ").*[:\uff1a\\]?>] ?$",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private static final Pattern PASSWORD_REFUSED =
      Pattern.compile(
          "(?i)authentication fail(ed|ure)|incorrect (password|authentic)|login incorrect|try"
              + " again");

  /** Values of LC_ALL that need no quotes in any shell. */
  private static final Pattern LOCALE = Pattern.compile("[\\w.@-]+");

  private Secret password;
  private Boolean terminal;

  /** Prompts and their answers, in the order in which they were set. */
  private Map<String, Secret> answers = Collections.emptyMap();

  PromptingMethod() {}

  /**
   * Sets the answer to the program's question for a password. None by default: then the start fails
   * if the program asks.
   *
   * @param secret is sent to the context that starts the child
   * @return a changed copy
   */
  public final M password(Secret secret) {
    Objects.requireNonNull(secret, "secret");
    return with(m -> ((PromptingMethod<?>) m).password = secret);
  }

  /**
   * Adds an answer to another question of the program, such as for a one-time code. May be called
   * for several questions; these answers are tried ahead of {@link #password}.
   *
   * @param prompt a regular expression that matches a part of the question, in which each run of
   *     blanks is one space
   * @param secret is sent to the context that starts the child
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a regular expression
   */
  public final M answer(String prompt, Secret secret) {
    Objects.requireNonNull(secret, "secret");
    Map<String, Secret> more = new LinkedHashMap<>(answers);
    more.put(expression(prompt), secret);
    return with(m -> ((PromptingMethod<?>) m).answers = more);
  }

  /**
   * Sets whether the program gets a terminal to ask on; the child's bytes do not go through it. By
   * default it gets one if it insists on it. Making a terminal needs perl, python or util-linux's
   * {@code script} on the program's machine.
   *
   * @param needed true for a terminal, false for none in any case
   * @return a changed copy
   */
  public final M terminal(boolean needed) {
    return with(m -> ((PromptingMethod<?>) m).terminal = needed);
  }

  /** Checks that a text is a regular expression, and returns it. */
  static String expression(String text) {
    try {
      return Pattern.compile(text).pattern();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a regular expression: " + e.getDescription(), e);
    }
  }

  /** Whether there is an answer, so that the program may ask. */
  final boolean hasAnswers() {
    return password != null || !answers.isEmpty();
  }

  /** Whether the program asks on a terminal only, as far as is known before it runs. */
  boolean insistsOnTerminal() {
    return false;
  }

  /**
   * The program and its arguments, up to the command.
   *
   * @param onTerminal whether it has a terminal to ask on
   */
  abstract List<String> command(boolean onTerminal);

  /**
   * The whole command line.
   *
   * @param text what the shell is to run: one line without single quotes
   */
  List<String> commandLine(boolean onTerminal, String text) {
    List<String> line = new ArrayList<>(command(onTerminal));
    line.addAll(Arrays.asList("sh", "-c", text));
    return line;
  }

  /** Names and values of variables for the program; by default it is made to speak English. */
  String[] environment(String promptToken) {
    return new String[] {"LC_ALL", "C"};
  }

  /** The pattern of the program's question for the password. */
  Pattern promptPattern(String promptToken) {
    return PASSWORD_PROMPT;
  }

  @Override
  protected final List<String> command() {
    return command(insistsOnTerminal());
  }

  @Override
  public final Connection open(Bootstrap bootstrap) throws IOException {
    ConnectDeadline deadline = new ConnectDeadline(connectTimeout());
    boolean onTerminal = terminal == null ? insistsOnTerminal() : terminal;
    try {
      return open(bootstrap, onTerminal, deadline);
    } catch (StartException e) {
      if (e.reason() != Reason.TERMINAL_REQUIRED || onTerminal || terminal != null) {
        throw e;
      }
      return open(bootstrap, true, deadline); // no answer was given yet
    }
  }

  private Connection open(Bootstrap bootstrap, boolean onTerminal, ConnectDeadline deadline)
      throws IOException {
    String token = bootstrap.token();
    String promptToken = hasAnswers() ? Long.toHexString(new SecureRandom().nextLong()) : "";
    CommandLine line = commandLine(bootstrap, onTerminal, promptToken);
    Process process = line.launch();
    ProcessConnection connection = connection(process, line.input());
    boolean runs = false;
    try {
      PromptConversation conversation = new PromptConversation(process, ahead(token) + "\n");
      answers.forEach((prompt, secret) -> conversation.answer(Pattern.compile(prompt), secret));
      conversation.answer(promptPattern(promptToken), password);
      runs = conversation.hold(deadline);
      if (!runs) {
        throw failure(connection, conversation);
      }
      connection.noteLogin();
      if (onTerminal) {
        conversation.write(ControllingTerminal.go(token).getBytes(StandardCharsets.US_ASCII));
      }
    } finally {
      if (!runs) {
        connection.close();
      }
    }
    return connection;
  }

  private CommandLine commandLine(Bootstrap bootstrap, boolean onTerminal, String promptToken) {
    String token = bootstrap.token();
    List<String> words =
        commandLine(
            onTerminal, locale() + "echo " + ahead(token) + " >&2;" + readScript(bootstrap));
    if (onTerminal) {
      words = ControllingTerminal.around(words, token);
    }
    return CommandLine.of(words, bootstrap.commandPreamble()).environment(environment(promptToken));
  }

  /** The line that the command writes to its standard error as soon as it runs. */
  private static String ahead(String token) {
    return "mitogen runs " + token;
  }

  @Override
  public final CommandLine commandLine(Bootstrap bootstrap) {
    String promptToken = hasAnswers() ? bootstrap.token() : "";
    boolean onTerminal = terminal == null ? insistsOnTerminal() : terminal;
    CommandLine line = commandLine(bootstrap, onTerminal, promptToken);
    for (Map.Entry<String, Secret> answer : answers.entrySet()) {
      line = line.remark(PromptConversation.remark(answer.getKey(), answer.getValue()));
    }
    return password == null ? line : line.remark(PromptConversation.remark(null, password));
  }

  private StartException failure(Connection connection, PromptConversation conversation) {
    String said = conversation.said();
    if (ControllingTerminal.isMissing(said)) {
      return ControllingTerminal.missing(said);
    }
    StartException e = connection.failure(false, "", said);
    Reason reason = e.reason();
    if (reason == Reason.PASSWORD_WRONG && !conversation.hasAnswered()) {
      reason = Reason.LOGIN_REFUSED; // it did not even ask
    } else if (reason == Reason.OTHER && conversation.isSilentSinceAnswer()) {
      return new StartException( // as /bin/false as a login shell does
          Reason.COMMAND_REFUSED,
          e.getMessage()
              + "; the login was accepted, but the command did not run: see whether the account has"
              + " a login shell");
    }
    return new StartException(
        reason, e.getMessage() + (said.isEmpty() ? "; it said nothing" : "; it said: " + said));
  }

  /** The shell code that restores LC_ALL for the child; the program itself is run in English. */
  private static String locale() {
    String own = System.getenv("LC_ALL");
    return own == null || !LOCALE.matcher(own).matches()
        ? "unset LC_ALL;"
        : "LC_ALL=" + own + ";export LC_ALL;";
  }

  /**
   * Reads the script; a line ahead of it is an answer that the program did not read, and dropped.
   */
  private static String readScript(Bootstrap bootstrap) {
    return bootstrap.readScript() + ";" + bootstrap.readScript();
  }

  /**
   * Finds the reason of a failure that several programs report in the same words.
   *
   * @param exitCode the exit code of the program
   * @param errors the text that it wrote to its standard error
   * @return null if the reason is not known
   */
  @Override
  protected Reason reason(int exitCode, String errors) {
    if (PromptConversation.LOCKED.matcher(errors).find()) {
      return Reason.ACCOUNT_LOCKED;
    } else if (errors.contains("currently not available")) {
      return Reason.COMMAND_REFUSED;
    } else if (PASSWORD_REFUSED.matcher(errors).find()) {
      return Reason.PASSWORD_WRONG;
    }
    return null;
  }

  /**
   * Says what the user can do about a failure.
   *
   * @param reason the kind of failure
   * @return a text that begins with a semicolon; empty for no advice
   */
  @Override
  protected String advice(Reason reason) {
    switch (reason) {
      case PASSWORD_REQUIRED:
        return "; give the password with password()";
      case TERMINAL_REQUIRED:
        return "; let it have one with terminal(true)";
      default:
        return super.advice(reason);
    }
  }
}
