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
   * A container that runs.
   *
   * @param nameOrId its name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Podman container(String nameOrId) {
    return new Podman(CommandArgument.name(nameOrId, "a container's name or id"), false);
  }

  /**
   * A container of its own, from an image that has Java and {@code sh}. The child takes the place
   * of what the image would run. It is removed when the child ends, also where this context or
   * podman is killed; then what the child had stored in it is gone. {@link #arguments} go to {@code
   * podman run}, such as {@code --network=none} or {@code --init}.
   *
   * @param nameOrId the image's name, with a tag if need be, or its id
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Podman image(String nameOrId) {
    return new Podman(CommandArgument.name(nameOrId, "an image's name or id"), true);
  }

  /**
   * The podman program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Podman podmanPath(String path) {
    return tool(path);
  }

  /**
   * Where a command ends and leaves input unread, podman (5.8) at times loses what it printed: so
   * the end waits a moment.
   */
  @Override
  List<String> around() {
    return Arrays.asList("sh", "-c", "\"$@\";e=$?;exec >&- 2>&-;sleep .1||sleep 1;exit $e", "sh");
  }
}
