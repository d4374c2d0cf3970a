package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child in a container of this machine: one that runs, by {@code podman exec}, or one that is
 * made from an image for it, by {@code podman run}, and removed when the child ends.
 */
public final class Podman extends EngineMethod<Podman> {
  private static final long serialVersionUID = 1;

  private Podman(String container, boolean temporary) {
    super("podman", container, temporary);
  }

  /**
   * Makes a connection method for a running container.
   *
   * @param nameOrId its name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Podman container(String nameOrId) {
    return new Podman(CommandArgument.name(nameOrId, "a container's name or id"), false);
  }

  /**
   * Makes a connection method that makes a new container for each child, from an image that has
   * Java and {@code sh}. The child runs in place of the image's own program. The container is
   * removed with all its files when the child ends, also if this context or podman is killed.
   * {@link #arguments} go to {@code podman run}, such as {@code --network=none} or {@code --init}.
   *
   * @param nameOrId the image's name, with a tag if need be, or its id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Podman image(String nameOrId) {
    return new Podman(CommandArgument.name(nameOrId, "an image's name or id"), true);
  }

  /**
   * Sets the podman program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Podman podmanPath(String path) {
    return tool(path);
  }

  /**
   * Delays the end by 0.1 s: if a command ends and leaves input unread, podman (5.8) sometimes
   * loses the last output.
   */
  @Override
  List<String> around() {
    return Arrays.asList("sh", "-c", "\"$@\";e=$?;exec >&- 2>&-;sleep .1||sleep 1;exit $e", "sh");
  }
}
