package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child under another account of this machine, by {@code su}, which asks for that account's own
 * password unless root runs it. No terminal is needed.
 */
public final class Su extends PromptingMethod<Su> {
  private static final long serialVersionUID = 1;

  private final String user;
  private boolean login;
  private boolean preserveEnvironment;
  private String shell;
  private String group;
  private List<String> extraArguments = Collections.emptyList();
  private String suPath = "su";

  private Su(String user) {
    this.user = user;
  }

  /**
   * Makes a connection method for an account.
   *
   * @param name the account's name; su takes no numbers
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be an account's name
   */
  public static Su user(String name) {
    return new Su(CommandArgument.name(name, "an account's name"));
  }

  /**
   * Sets whether the child gets the account's login environment, start-up files and home as its
   * working folder. If not, it has this context's environment except {@code HOME}, {@code SHELL},
   * {@code USER} and {@code LOGNAME}.
   *
   * @param on false by default
   * @return a changed copy
   */
  public Su login(boolean on) {
    return with(m -> m.login = on);
  }

  /**
   * Sets whether the child also keeps {@code HOME}, {@code SHELL}, {@code USER} and {@code
   * LOGNAME}.
   *
   * @param on false by default
   * @return a changed copy
   */
  public Su preserveEnvironment(boolean on) {
    return with(m -> m.preserveEnvironment = on);
  }

  /**
   * Sets the shell that runs the child, in place of the account's own; needed for accounts without
   * a login shell, such as those with {@code nologin}. su accepts it from root, and from others if
   * the account's own shell is in {@code /etc/shells}.
   *
   * @param path a path
   * @return a changed copy
   */
  public Su shell(String path) {
    CommandArgument.path(path, "a path of a shell");
    return with(m -> m.shell = path);
  }

  /**
   * Sets the group in place of the account's own; su accepts it from root only.
   *
   * @param name a name
   * @return a changed copy
   */
  public Su group(String name) {
    CommandArgument.name(name, "a group's name");
    return with(m -> m.group = name);
  }

  /**
   * Sets further arguments for su; they stand ahead of the account. None by default.
   *
   * @param arguments options of su; they replace those that were set before
   * @return a changed copy
   */
  public Su arguments(String... arguments) {
    List<String> list = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(arguments)));
    list.forEach(argument -> CommandArgument.text(argument, "an argument for su"));
    return with(m -> m.extraArguments = list);
  }

  /**
   * Sets the su program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Su suPath(String path) {
    CommandArgument.path(path, "a path of su");
    return with(m -> m.suPath = path);
  }

  @Override
  List<String> command(boolean onTerminal) {
    List<String> command = new ArrayList<>(Collections.singletonList(suPath));
    if (login) {
      command.add("-l");
    }
    if (preserveEnvironment) {
      command.add("-p");
    }
    if (shell != null) {
      command.addAll(Arrays.asList("-s", shell));
    }
    if (group != null) {
      command.addAll(Arrays.asList("-g", group));
    }
    command.addAll(extraArguments);
    return command;
  }

  @Override
  List<String> commandLine(boolean onTerminal, String text) {
    List<String> line = new ArrayList<>(command(onTerminal));
    line.addAll(Arrays.asList("-c", "exec sh -c '" + text + "'", user));
    return line;
  }

  @Override
  protected Reason reason(int exitCode, String errors) {
    if (errors.contains("does not exist")
        || errors.contains("Unknown id")
        || errors.contains("unknown user")) {
      return Reason.TARGET_UNKNOWN;
    } else if (errors.contains("Permission denied")
        || errors.contains("only root")
        || errors.contains("not in the correct group")) {
      return Reason.LOGIN_REFUSED;
    }
    return super.reason(exitCode, errors);
  }

  @Override
  public String defaultName() {
    return "su." + user;
  }

  @Override
  public String toString() {
    return "su " + user;
  }
}
