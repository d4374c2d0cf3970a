package org.mitogen4j.connect;

import org.mitogen4j.connect.spi.CommandArgument;

/** A child in a running instance of LXD, by {@code lxc exec}. */
public final class Lxd extends InstanceMethod<Lxd> {
  private static final long serialVersionUID = 1;

  private Lxd(String instance) {
    super("lxd", "lxc", instance);
  }

  /**
   * An instance that runs.
   *
   * @param name its name; with a remote's name and a colon ahead, one elsewhere
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Lxd instance(String name) {
    return new Lxd(CommandArgument.name(name, "an instance's name"));
  }

  /**
   * The lxc program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Lxd lxcPath(String path) {
    return tool(path);
  }
}
