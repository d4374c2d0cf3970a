package org.mitogen4j.connect;

import org.mitogen4j.connect.spi.CommandArgument;

/** A child in a running instance of LXD, by {@code lxc exec}. */
public final class Lxd extends InstanceMethod<Lxd> {
  private static final long serialVersionUID = 1;

  private Lxd(String instance) {
    super("lxd", "lxc", instance);
  }

  /**
   * Makes a connection method for a running instance.
   *
   * @param name its name; for an instance on a remote, the remote's name and a colon stand ahead
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Lxd instance(String name) {
    return new Lxd(CommandArgument.name(name, "an instance's name"));
  }

  /**
   * Sets the lxc program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Lxd lxcPath(String path) {
    return tool(path);
  }
}
