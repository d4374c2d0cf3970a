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
   * Makes a connection method for a running container.
   *
   * @param nameOrId its name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Docker container(String nameOrId) {
    return new Docker(CommandArgument.name(nameOrId, "a container's name or id"), false);
  }

  /**
   * Makes a connection method that makes a new container for each child, from an image that has
   * Java and {@code sh}. The child runs in place of the image's own program. The container is
   * removed with all its files when the child ends, also if this context or docker is killed.
   * {@link #arguments} go to {@code docker run}, such as {@code --network=none} or {@code --init}.
   *
   * @param nameOrId the image's name, with a tag if need be, or its id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Docker image(String nameOrId) {
    return new Docker(CommandArgument.name(nameOrId, "an image's name or id"), true);
  }

  /**
   * Sets the docker program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Docker dockerPath(String path) {
    return tool(path);
  }
}
