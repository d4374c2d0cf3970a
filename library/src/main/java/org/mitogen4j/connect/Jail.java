package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/** A child in a running jail of this FreeBSD machine, by {@code jexec}, which root may run. */
public final class Jail extends ContainerMethod<Jail> {
  private static final long serialVersionUID = 1;

  private final String jail;

  private Jail(String jail) {
    super("jexec");
    this.jail = jail;
  }

  /**
   * A jail that runs.
   *
   * @param name its name or number
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Jail jail(String name) {
    return new Jail(CommandArgument.name(name, "a jail's name or number"));
  }

  /**
   * The jexec program; by default the one on {@code PATH}.
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
