package org.mitogen4j.connect;

import org.mitogen4j.connect.spi.CommandArgument;

/** A child in a running instance of Incus, by {@code incus exec}. */
public final class Incus extends InstanceMethod<Incus> {
  private static final long serialVersionUID = 1;

  private Incus(String instance) {
    super("incus", "incus", instance);
  }

  /**
   * Makes a connection method for a running instance.
   *
   * @param name its name; for an instance on a remote, the remote's name and a colon stand ahead
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Incus instance(String name) {
    return new Incus(CommandArgument.name(name, "an instance's name"));
  }

  /**
   * Sets the incus program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Incus incusPath(String path) {
    return tool(path);
  }
}
