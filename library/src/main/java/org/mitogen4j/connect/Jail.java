package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/** A child in a running jail of this FreeBSD machine, by {@code jexec}, which only root may run. */
public final class Jail extends ContainerMethod<Jail> {
  private static final long serialVersionUID = 1;

  private final String jail;

  private Jail(String jail) {
    super("jexec");
    this.jail = jail;
  }

  /**
   * Makes a connection method for a running jail.
   *
   * @param name its name or number
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or number
   */
  public static Jail jail(String name) {
    return new Jail(CommandArgument.name(name, "a jail's name or number"));
  }

  /**
   * Sets the jexec program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Jail jexecPath(String path) {
    return tool(path);
  }

  @Override
  List<String> enter() {
    return Collections.emptyList();
  }

  @Override
  List<String> target() {
    return Collections.singletonList(jail);
  }

  @Override
  List<String> userOptions(String account) {
    return Arrays.asList("-U", account);
  }

  @Override
  public String defaultName() {
    return "jail." + jail;
  }

  @Override
  public String toString() {
    return "jail " + account() + jail;
  }
}
