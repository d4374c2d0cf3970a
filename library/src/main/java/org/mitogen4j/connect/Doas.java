package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child under another account of this machine, by {@code doas}. With a password doas gets a
 * terminal, since it asks only on one; without a password it is run so that it never asks.
 */
public final class Doas extends PromptingMethod<Doas> {
  private static final long serialVersionUID = 1;

  private final String user;
  private String configuration;
  private String doasPath = "doas";

  private Doas(String user) {
    this.user = user;
  }

  /**
   * Makes a connection method for an account.
   *
   * @param name a name or a number
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be an account's name
   */
  public static Doas user(String name) {
    return new Doas(CommandArgument.name(name, "an account's name"));
  }

  /**
   * Sets the configuration file; by default doas's own. When it is given one, doas drops its
   * privileges, so that this only works as root.
   *
   * @param path a path
   * @return a changed copy
   */
  public Doas configuration(String path) {
    CommandArgument.path(path, "a path of doas.conf");
    return with(m -> m.configuration = path);
  }

  /**
   * Sets the doas program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Doas doasPath(String path) {
    CommandArgument.path(path, "a path of doas");
    return with(m -> m.doasPath = path);
  }

  @Override
  boolean insistsOnTerminal() {
    return hasAnswers();
  }

  @Override
  List<String> command(boolean onTerminal) {
    List<String> command = new ArrayList<>(Collections.singletonList(doasPath));
    if (configuration != null) {
      command.addAll(Arrays.asList("-C", configuration));
    }
    if (!hasAnswers()) {
      command.add("-n");
    }
    command.addAll(Arrays.asList("-u", user, "--"));
    return command;
  }

  @Override
  protected Reason reason(int exitCode, String errors) {
    if (errors.contains("unknown user")) {
      return Reason.TARGET_UNKNOWN;
    } else if (errors.contains("Operation not permitted")
        || errors.contains("not enabled")
        || errors.contains("not installed setuid")) {
      return Reason.LOGIN_REFUSED;
    } else if (errors.contains("Authentication required")) {
      return Reason.PASSWORD_REQUIRED;
    } else if (errors.contains("tty required") || errors.contains("a tty is required")) {
      return Reason.TERMINAL_REQUIRED;
    }
    return super.reason(exitCode, errors);
  }

  @Override
  public String defaultName() {
    return "doas." + user;
  }

  @Override
  public String toString() {
    return "doas " + user;
  }
}
