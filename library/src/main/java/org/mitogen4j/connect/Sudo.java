package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child under another account of this machine, by {@code sudo}, also the one written in Rust. It
 * gets the environment that sudo's configuration gives it, and the account's home.
 *
 * <p>Without a password, sudo is run so that it never asks. With one, the password is given when
 * sudo asks, and only then; a login that sudo remembers from an earlier password is not used. A
 * terminal is made only if sudo's configuration insists on one ({@code requiretty}).
 */
public final class Sudo extends PromptingMethod<Sudo> {
  private static final long serialVersionUID = 1;

  private final String user;
  private boolean setHome = true;
  private boolean preserveEnvironment;
  private boolean login;
  private List<String> extraArguments = Collections.emptyList();
  private String sudoPath = "sudo";

  private Sudo(String user) {
    this.user = user;
  }

  /**
   * Makes a connection method for an account.
   *
   * @param name a name, or {@code #} and a number
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be an account's name
   */
  public static Sudo user(String name) {
    return new Sudo(CommandArgument.name(name, "an account's name"));
  }

  /**
   * Sets whether {@code HOME} is that of the account ({@code -H}). If not, sudo's configuration
   * decides.
   *
   * @param on true by default
   * @return a changed copy
   */
  public Sudo setHome(boolean on) {
    return with(m -> m.setHome = on);
  }

  /**
   * Sets whether the child keeps this context's environment ({@code -E}), as far as sudo's
   * configuration allows it.
   *
   * @param on false by default
   * @return a changed copy
   */
  public Sudo preserveEnvironment(boolean on) {
    return with(m -> m.preserveEnvironment = on);
  }

  /**
   * Sets whether the child runs behind the account's login shell ({@code -i}), which reads its
   * start-up files and changes to the account's home.
   *
   * @param on false by default
   * @return a changed copy
   */
  public Sudo login(boolean on) {
    return with(m -> m.login = on);
  }

  /**
   * Sets the role of the child's SELinux context.
   *
   * @param role a name
   * @return a changed copy
   */
  public Sudo selinuxRole(String role) {
    return with(m -> m.add("-r", CommandArgument.name(role, "an SELinux role")));
  }

  /**
   * Sets the type of the child's SELinux context.
   *
   * @param type a name
   * @return a changed copy
   */
  public Sudo selinuxType(String type) {
    return with(m -> m.add("-t", CommandArgument.name(type, "an SELinux type")));
  }

  /**
   * Sets the group in place of the account's own.
   *
   * @param name a name, or {@code #} and a number
   * @return a changed copy
   */
  public Sudo group(String name) {
    return with(m -> m.add("-g", CommandArgument.name(name, "a group's name")));
  }

  /**
   * Adds further arguments for sudo. They are read as sudo reads them: short options may be joined
   * with each other and with their values.
   *
   * @param arguments options of sudo; they are added to those that were set before
   * @return a changed copy
   * @throws IllegalArgumentException for an unknown option, for options that name another account,
   *     run something else than a command or change how sudo asks for a password, and for a word
   *     that is no option
   */
  public Sudo arguments(String... arguments) {
    List<String> list = new ArrayList<>(Arrays.asList(arguments));
    list.forEach(argument -> CommandArgument.text(argument, "an argument for sudo"));
    SudoArguments.check(list);
    return with(m -> m.add(arguments));
  }

  /**
   * Sets the sudo program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Sudo sudoPath(String path) {
    CommandArgument.path(path, "a path of sudo");
    return with(m -> m.sudoPath = path);
  }

  private void add(String... arguments) {
    List<String> list = new ArrayList<>(extraArguments);
    Collections.addAll(list, arguments);
    extraArguments = Collections.unmodifiableList(list);
  }

  @Override
  List<String> command(boolean onTerminal) {
    List<String> command = new ArrayList<>(Collections.singletonList(sudoPath));
    if (!hasAnswers()) {
      command.add("-n");
    } else {
      command.add("-k");
      if (!onTerminal) {
        command.add("-S");
      }
    }
    if (setHome) {
      command.add("-H");
    }
    if (preserveEnvironment) {
      command.add("-E");
    }
    if (login) {
      command.add("-i");
    }
    command.addAll(extraArguments);
    command.addAll(Arrays.asList("-u", user, "--"));
    return command;
  }

  /**
   * With -i, sudo passes the text to the login shell with a backslash ahead of all characters
   * except letters, digits, and the dollar sign, which the login shell would expand: so the text
   * must have no dollar sign.
   */
  @Override
  List<String> commandLine(boolean onTerminal, String text) {
    if (!login && !SudoArguments.hasLogin(extraArguments)) {
      return super.commandLine(onTerminal, text);
    }
    String format = text.replace("\\", "\\\\").replace("%", "%%").replace("$", "\\044");
    return super.commandLine(onTerminal, "eval \"`printf '" + format + "'`\"");
  }

  /** The prompt has a random word: start-up files of the account can't know it and imitate it. */
  @Override
  String[] environment(String promptToken) {
    return new String[] {"LC_ALL", "C", "SUDO_PROMPT", "[sudo " + promptToken + "]"};
  }

  /** PAM may have its own prompt, which start-up files could imitate; these run only with -i. */
  @Override
  Pattern promptPattern(String promptToken) {
    String own = "\\[sudo " + promptToken + "\\]";
    return login || SudoArguments.hasLogin(extraArguments)
        ? Pattern.compile(own)
        : Pattern.compile(own + "|" + PASSWORD_PROMPT, PASSWORD_PROMPT.flags());
  }

  @Override
  protected Reason reason(int exitCode, String errors) {
    if (errors.contains("must have a tty")
        || errors.contains("terminal is required")
        || errors.contains("no tty present")) {
      return hasAnswers() || errors.contains("must have a tty")
          ? Reason.TERMINAL_REQUIRED
          : Reason.PASSWORD_REQUIRED;
    } else if (errors.contains("unknown user")
        || errors.contains("unknown uid")
        || errors.contains("unknown group")
        || errors.contains("' not found")) {
      return Reason.TARGET_UNKNOWN;
    } else if (errors.contains("password is required")
        || errors.contains("interactive authentication is required")) {
      return Reason.PASSWORD_REQUIRED;
    } else if (errors.contains("is your account locked")) {
      return Reason.ACCOUNT_LOCKED;
    } else if (errors.contains("not in the sudoers file")
        || errors.contains("is not allowed to")
        || errors.contains("may not run sudo")
        || errors.contains("I'm afraid I can't do that")
        || errors.contains("account validation failure")) {
      return Reason.LOGIN_REFUSED;
    }
    return super.reason(exitCode, errors);
  }

  @Override
  public String defaultName() {
    return "sudo." + user;
  }

  @Override
  public String toString() {
    return "sudo " + user;
  }
}
