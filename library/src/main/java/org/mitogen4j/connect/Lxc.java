package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child in a running LXC container of this machine, by {@code lxc-attach}, with the container's
 * environment. For LXD and Incus use {@link Lxd} and {@link Incus}.
 */
public final class Lxc extends ContainerMethod<Lxc> {
  private static final long serialVersionUID = 1;

  private final String container;

  private Lxc(String container) {
    super("lxc-attach");
    this.container = container;
  }

  /**
   * Makes a connection method for a running container.
   *
   * @param name its name
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Lxc container(String name) {
    return new Lxc(CommandArgument.name(name, "a container's name"));
  }

  /**
   * Sets the lxc-attach program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Lxc lxcAttachPath(String path) {
    return tool(path);
  }

  @Override
  List<String> enter() {
    return Arrays.asList("--clear-env", "-n", container);
  }

  @Override
  List<String> target() {
    return Collections.singletonList("--");
  }

  @Override
  List<String> userOptions(String account) {
    return numbers(account, "-u", "-g");
  }

  @Override
  List<String> variableOptions(String variable) {
    return Arrays.asList("-v", variable);
  }

  @Override
  public String defaultName() {
    return "lxc." + container;
  }

  @Override
  public String toString() {
    return "lxc " + account() + container;
  }
}
