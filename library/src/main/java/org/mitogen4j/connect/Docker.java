package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandMethod;

/** A child in a running container of this machine, by {@code docker exec}. */
public final class Docker extends CommandMethod<Docker> {
  private static final long serialVersionUID = 1;

  private final String container;
  private String user;
  private String dockerPath = "docker";

  private Docker(String container) {
    this.container = container;
  }

  /**
   * A container by its name or id.
   *
   * @throws IllegalArgumentException for what can't be one
   */
  public static Docker container(String nameOrId) {
    return new Docker(CommandArgument.name(nameOrId, "a container's name or id"));
  }

  /**
   * The account in the container; by default the one that the container runs under.
   *
   * @param name a name or number, also with a group behind a colon
   * @throws IllegalArgumentException for what can't be one
   */
  public Docker user(String name) {
    CommandArgument.name(name, "an account's name");
    return with(m -> m.user = name);
  }

  /** The docker program; by default the one on {@code PATH}. */
  public Docker dockerPath(String path) {
    CommandArgument.path(path, "a path of docker");
    return with(m -> m.dockerPath = path);
  }

  @Override
  protected List<String> command() {
    List<String> command = new ArrayList<>(Arrays.asList(dockerPath, "exec", "-i"));
    if (user != null) {
      command.addAll(Arrays.asList("-u", user));
    }
    command.add(container);
    return command;
  }

  @Override
  protected Reason reason(int exitCode, String errors) {
    if (errors.contains("No such container")
        || errors.contains("is not running")
        || errors.contains("is paused")
        || errors.contains("unable to find user")) {
      return Reason.TARGET_UNKNOWN;
    } else if (errors.contains("permission denied while trying to connect")) {
      return Reason.LOGIN_REFUSED;
    } else if (errors.contains("Cannot connect to the Docker daemon")) {
      return Reason.UNREACHABLE;
    } else if (errors.contains("executable file not found")) {
      return Reason.SHELL_MISSING;
    }
    return null;
  }

  @Override
  public String defaultName() {
    return "docker." + container;
  }

  @Override
  public String toString() {
    return "docker " + (user == null ? "" : user + "@") + container;
  }
}
