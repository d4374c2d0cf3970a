package org.mitogen4j.connect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandMethod;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.PasswordPrompt;
import org.mitogen4j.connect.spi.ProcessConnection;

/**
 * A child under another account of this machine, by {@code sudo}. It gets the environment that
 * sudo's configuration gives it, and the account's home.
 *
 * <p>Without a password setting, sudo is run so that it never asks. With one, it is handed over
 * when sudo asks, and only then; no terminal is needed, and what sudo remembers of an earlier
 * password does not count.
 */
public final class Sudo extends CommandMethod<Sudo> {
  private static final long serialVersionUID = 1;

  private final String user;
  private Secret password;
  private String sudoPath = "sudo";

  private Sudo(String user) {
    this.user = user;
  }

  /**
   * The account to run under: a name, or {@code #} and a number.
   *
   * @throws IllegalArgumentException for what can't be one
   */
  public static Sudo user(String name) {
    return new Sudo(CommandArgument.name(name, "an account's name"));
  }

  /** What sudo may ask for: by its default configuration, the password of who runs it. */
  public Sudo password(Secret secret) {
    Objects.requireNonNull(secret, "secret");
    return with(m -> m.password = secret);
  }

  /** The sudo program; by default the one on {@code PATH}. */
  public Sudo sudoPath(String path) {
    CommandArgument.path(path, "a path of sudo");
    return with(m -> m.sudoPath = path);
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    String prompt = "[sudo " + bootstrap.token() + "]";
    String ahead = "sudo " + bootstrap.token() + "\n";
    List<String> command = new ArrayList<>(command());
    command.addAll(
        password == null ? Arrays.asList("-n") : Arrays.asList("-k", "-S", "-p", prompt));
    command.addAll(Arrays.asList("-H", "-u", user, "--", "sh", "-c"));
    String say = password == null ? "" : "echo " + ahead.trim() + " >&2;";
    command.add(locale() + say + bootstrap.readScript());

    Process process = ProcessConnection.launch(command, "LC_ALL", "C");
    Connection connection = connection(process, bootstrap.commandPreamble());
    if (password != null) {
      PasswordPrompt conversation = new PasswordPrompt(process, prompt, ahead);
      try {
        conversation.hold(password, connectTimeout());
      } catch (IOException e) {
        connection.close();
        throw e;
      }
      if (!process.isAlive()) {
        String said = conversation.said();
        StartException e = connection.failure(false, "", said);
        throw new StartException(e.reason(), e.getMessage() + "; stderr: " + said);
      }
    }
    return connection;
  }

  /** Undoes for the child what makes sudo speak English. */
  private static String locale() {
    String own = System.getenv("LC_ALL");
    return own == null
        ? "unset LC_ALL;"
        : "LC_ALL='" + own.replace("'", "'\\''") + "';export LC_ALL;";
  }

  @Override
  protected List<String> command() {
    return Arrays.asList(sudoPath);
  }

  @Override
  protected Reason reason(int exitCode, String errors) {
    if (errors.contains("must have a tty")) {
      return Reason.TERMINAL_REQUIRED;
    } else if (errors.contains("unknown user") || errors.contains("unknown uid")) {
      return Reason.TARGET_UNKNOWN;
    } else if (errors.contains("incorrect password") || errors.contains("incorrect authentic")) {
      return Reason.PASSWORD_WRONG;
    } else if (errors.contains("password is required")
        || errors.contains("interactive authentication is required")) {
      return Reason.PASSWORD_REQUIRED;
    } else if (errors.contains("not in the sudoers file")
        || errors.contains("is not allowed to")
        || errors.contains("may not run sudo")
        || errors.contains("account validation failure")) {
      return Reason.LOGIN_REFUSED;
    }
    return null;
  }

  @Override
  protected String advice(Reason reason) {
    return reason == Reason.PASSWORD_REQUIRED
        ? "; give the password with password()"
        : super.advice(reason);
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
