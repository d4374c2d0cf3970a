package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child in a working container of buildah on this machine, by {@code buildah run}. Each child has
 * namespaces of its own; they share the container's files.
 */
public final class Buildah extends ContainerMethod<Buildah> {
  private static final long serialVersionUID = 1;

  private final String container;

  private Buildah(String container) {
    super("buildah");
    this.container = container;
  }

  /**
   * Makes a connection method for a working container.
   *
   * @param name its name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Buildah container(String name) {
    return new Buildah(CommandArgument.name(name, "a container's name or id"));
  }

  /**
   * Sets the buildah program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Buildah buildahPath(String path) {
    return tool(path);
  }

  @Override
  List<String> enter() {
    return Collections.singletonList("run");
  }

  @Override
  List<String> target() {
    return Arrays.asList(container, "--");
  }

  @Override
  List<String> around() {
    return NOT_FIRST;
  }

  @Override
  List<String> userOptions(String account) {
    return Arrays.asList("--user", account);
  }

  @Override
  List<String> directoryOptions(String directory) {
    return Arrays.asList("--workingdir", directory);
  }

  @Override
  List<String> variableOptions(String variable) {
    return Arrays.asList("--env", variable);
  }

  @Override
  public String defaultName() {
    return "buildah." + container;
  }

  @Override
  public String toString() {
    return "buildah " + account() + container;
  }
}
