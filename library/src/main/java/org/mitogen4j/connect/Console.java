package org.mitogen4j.connect;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.mitogen4j.Secret;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.ProcessConnection;

/**
 * A child behind an interactive text console, such as a serial line, a telnet server, IPMI's
 * serial-over-LAN, {@code virsh console} or {@code docker attach}: by any program whose standard
 * input and output are that console. Where the console asks for a login it is answered; where an
 * account is logged in already, its shell is used.
 *
 * <p>What the console shows and is sent is printable ASCII. It may carry 7 bits only, and may lose,
 * change, repeat and insert bytes: all that it carries has checksums, and is sent again when it was
 * damaged. Account and password have none: what the console makes of them counts, and a password is
 * typed once only, so that no account gets locked.
 *
 * <p>On the other side a POSIX shell is needed with {@code stty} and {@code cksum}; {@code base64}
 * and {@code gzip} make the start shorter. When the context ends, the terminal is set as it was
 * found, and an account that was logged in by this method is logged out. A context behind a console
 * can't detach from it: it ends when the terminal hangs up.
 *
 * <p>A line of 9,600 baud carries 700 bytes of data in a second. However much waits for it, no
 * heartbeat ends the context: the line itself is lost when nothing valid came for 60 s, of which
 * each end sends something every 10 s.
 */
public final class Console extends ConnectionMethod<Console> {
  private static final long serialVersionUID = 1;

  /** How long a start may take by default: slow lines need 25 seconds. */
  public static final Duration CONSOLE_CONNECT_TIMEOUT = Duration.ofMinutes(2);

  private static final String LOGIN_PROMPT = "(?i)(login|user ?name|user|account|benutzername) ?:$";

  private static final String SHELL_PROMPT = "[$#%>\u276f\u279c]$";

  private List<String> words;
  private String login;
  private Secret password;
  private String loginPrompt = LOGIN_PROMPT;
  private String passwordPrompt = PromptingMethod.PASSWORD_PROMPT.pattern();
  private String shellPrompt = SHELL_PROMPT;

  private Console(List<String> words) {
    this.words = words;
  }

  /**
   * Makes a connection method for a program that opens the console, such as {@code telnet HOST},
   * {@code picocom -b 115200 /dev/ttyS0}, {@code socat - /dev/ttyUSB0,raw,b9600}, {@code ipmitool
   * -I lanplus -H HOST sol activate} or {@code virsh console NAME}. The program gets no terminal;
   * if it needs one, put {@code script -qfc 'COMMAND' /dev/null} around it.
   *
   * @param program a path, or a name on {@code PATH}
   * @param arguments its arguments
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be a program or an argument
   */
  public static Console command(String program, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(CommandArgument.path(program, "a program"));
    Console console = new Console(Collections.unmodifiableList(words));
    return console.arguments(arguments).connectTimeout(CONSOLE_CONNECT_TIMEOUT);
  }

  /**
   * Adds arguments of the program.
   *
   * @param arguments are added behind those that were set before
   * @return a changed copy
   */
  public Console arguments(String... arguments) {
    List<String> more = new ArrayList<>(words);
    for (String argument : arguments) {
      more.add(CommandArgument.text(argument, "an argument for " + words.get(0)));
    }
    List<String> changed = Collections.unmodifiableList(more);
    return with(m -> m.words = changed);
  }

  /**
   * Sets the account to log in with. None by default: then the start fails if the console asks for
   * one.
   *
   * @param account its name
   * @return a changed copy
   */
  public Console login(String account) {
    CommandArgument.name(account, "an account's name");
    return with(m -> m.login = account);
  }

  /**
   * Sets the account's password. None by default: then the start fails if the console asks for one.
   *
   * @param secret is sent to the context that starts the child
   * @return a changed copy
   */
  public Console password(Secret secret) {
    Objects.requireNonNull(secret, "secret");
    return with(m -> m.password = secret);
  }

  /**
   * Sets how the console's question for an account is recognized. By default by the word login,
   * user, username or account with a colon behind it.
   *
   * @param expression a regular expression that matches a part of the last line that the console
   *     shows, in which each run of blanks is one space, and which has none at its end
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a regular expression
   */
  public Console loginPrompt(String expression) {
    String checked = PromptingMethod.expression(expression);
    return with(m -> m.loginPrompt = checked);
  }

  /**
   * Sets how the console's question for a password is recognized. By default by the word for
   * password in any of some 40 languages, with a colon behind it.
   *
   * @param expression as for {@link #loginPrompt}
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a regular expression
   */
  public Console passwordPrompt(String expression) {
    String checked = PromptingMethod.expression(expression);
    return with(m -> m.passwordPrompt = checked);
  }

  /**
   * Sets how the shell's prompt is recognized. By default any line that ends with {@code $}, {@code
   * #}, {@code %} or {@code >} is one.
   *
   * @param expression as for {@link #loginPrompt}
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a regular expression
   */
  public Console shellPrompt(String expression) {
    String checked = PromptingMethod.expression(expression);
    return with(m -> m.shellPrompt = checked);
  }

  @Override
  public boolean isConsole() {
    return true;
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    ConnectDeadline deadline = new ConnectDeadline(connectTimeout());
    ConsoleText text = new ConsoleText(ProcessConnection.launchMerged(words), deadline);
    boolean done = false;
    try {
      ConsoleLogin dialog = new ConsoleLogin(text, loginPrompt, passwordPrompt, shellPrompt);
      new ConsoleLoader(text, bootstrap).load(() -> dialog.reachShell(login, password));
      done = true;
    } finally {
      if (!done) {
        text.end();
      }
    }
    return new ConsoleConnection(text, toString(), bootstrap);
  }

  @Override
  public CommandLine commandLine(Bootstrap bootstrap) {
    CommandLine line =
        CommandLine.of(words, bootstrap.commandPreamble())
            .remark("the console is logged in to, and all is sent in checked pieces of text");
    if (login != null) {
      line = line.remark("a question that '" + loginPrompt + "' fits is answered with " + login);
    }
    return password == null ? line : line.remark(PromptConversation.remark(null, password));
  }

  @Override
  public String defaultName() {
    return "console." + words.get(0).replaceFirst(".*/(?=.)", "");
  }

  @Override
  public String toString() {
    return "console " + CommandLine.of(words, new byte[0]).brief();
  }
}
