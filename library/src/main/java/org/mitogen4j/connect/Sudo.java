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
 * <p>Without a password setting, sudo is run so that it never asks. With one, it is handed over
 * when sudo asks, and only then. What sudo remembers of an earlier password does not count. A
 * terminal is made only where sudo's configuration insists on one ({@code requiretty}).
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
   * The account to run under.
   *
   * @param name a name, or {@code #} and a number
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Sudo user(String name) {
    return new Sudo(CommandArgument.name(name, "an account's name"));
  }

  /**
   * Whether {@code HOME} is that of the account ({@code -H}). Yes by default.
   *
   * @param on yes or no; with no, sudo's configuration says which it is
   * @return a changed copy
   */
  public Sudo setHome(boolean on) {
    return with(m -> m.setHome = on);
  }

  /**
   * Whether the child keeps this context's environment ({@code -E}), as far as sudo's configuration
   * lets it. No by default.
   *
   * @param on yes or no
   * @return a changed copy
   */
  public Sudo preserveEnvironment(boolean on) {
    return with(m -> m.preserveEnvironment = on);
  }

  /**
   * Whether the child runs behind the account's login shell ({@code -i}), which reads its start-up
   * files, and changes to the account's home. No by default.
   *
   * @param on yes or no
   * @return a changed copy
   */
  public Sudo login(boolean on) {
    return with(m -> m.login = on);
  }

  /**
   * The role of the child's SELinux context.
   *
   * @param role a name
   * @return a changed copy
   */
  public Sudo selinuxRole(String role) {
    return with(m -> m.add("-r", CommandArgument.name(role, "an SELinux role")));
  }

  /**
   * The type of the child's SELinux context.
   *
   * @param type a name
   * @return a changed copy
   */
  public Sudo selinuxType(String type) {
    return with(m -> m.add("-t", CommandArgument.name(type, "an SELinux type")));
  }

  /**
   * The group in place of the account's own.
   *
   * @param name a name, or {@code #} and a number
   * @return a changed copy
   */
  public Sudo group(String name) {
    return with(m -> m.add("-g", CommandArgument.name(name, "a group's name")));
  }

  /**
   * Further arguments, as sudo itself would read them: short options may be joined, and their
   * values as well. They are added to those that were set before.
   *
   * @param arguments options of sudo
   * @return a changed copy
   * @throws IllegalArgumentException for options that are none of sudo's, for those that name
   *     another account, run something else than a command or settle how a password is asked for,
   *     and for what is no option
   */
  public Sudo arguments(String... arguments) {
    List<String> list = new ArrayList<>(Arrays.asList(arguments));
    list.forEach(argument -> CommandArgument.text(argument, "an argument for sudo"));
    SudoArguments.check(list);
    return with(m -> m.add(arguments));
  }

  /**
   * The sudo program; by default the one on {@code PATH}.
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
   * With -i, sudo hands the text to the login shell with a backslash ahead of all characters but
   * letters, digits and the dollar sign; so the text must have none of those.
   */
  @Override
  List<String> commandLine(boolean onTerminal, String text) {
    if (!login && !SudoArguments.hasLogin(extraArguments)) {
      return super.commandLine(onTerminal, text);
    }
    String format = text.replace("\\", "\\\\").replace("%", "%%").replace("$", "\\044");
    return super.commandLine(onTerminal, "eval \"`printf '" + format + "'`\"");
  }

  /** The prompt is a word that start-up files of the account can't know: no argument has it. */
  @Override
  String[] environment(String promptToken) {
    return new String[] {"LC_ALL", "C", "SUDO_PROMPT", "[sudo " + promptToken + "]"};
  }

  /** PAM may have a prompt of its own; start-up files that imitate it run with -i only. */
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
