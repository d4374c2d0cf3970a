package org.mitogen4j.connect;

import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child in a container of this machine: one that runs, by {@code docker exec}, or one that is
 * made from an image for it, by {@code docker run}, and removed when the child ends.
 */
public final class Docker extends EngineMethod<Docker> {
  private static final long serialVersionUID = 1;

  private Docker(String container, boolean temporary) {
    super("docker", container, temporary);
  }

  /**
   * A container that runs.
   *
   * @param nameOrId its name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Docker container(String nameOrId) {
    return new Docker(CommandArgument.name(nameOrId, "a container's name or id"), false);
  }

  /**
   * A container of its own, from an image that has Java and {@code sh}. The child takes the place
   * of what the image would run. It is removed when the child ends, also where this context or
   * docker is killed; then what the child had stored in it is gone. {@link #arguments} go to {@code
   * docker run}, such as {@code --network=none} or {@code --init}.
   *
   * @param nameOrId the image's name, with a tag if need be, or its id
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Docker image(String nameOrId) {
    return new Docker(CommandArgument.name(nameOrId, "an image's name or id"), true);
  }

  /**
   * The docker program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Docker dockerPath(String path) {
    return tool(path);
  }
}
