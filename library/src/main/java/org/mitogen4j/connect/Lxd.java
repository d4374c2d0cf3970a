package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/** A child in a running instance of LXD, by {@code lxc exec}. */
public final class Lxd extends ContainerMethod<Lxd> {
  private static final long serialVersionUID = 1;

  private final String instance;

  private Lxd(String instance) {
    super("lxc");
    this.instance = instance;
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

  @Override
  List<String> enter() {
    return Arrays.asList("exec", "--mode=non-interactive");
  }

  @Override
  List<String> target() {
    return Arrays.asList(instance, "--");
  }

  @Override
  List<String> userOptions(String account) {
    return numbers(account, "--user", "--group");
  }

  @Override
  List<String> directoryOptions(String directory) {
    return Arrays.asList("--cwd", directory);
  }

  @Override
  List<String> variableOptions(String variable) {
    return Arrays.asList("--env", variable);
  }

  @Override
  public String defaultName() {
    return "lxd." + instance;
  }

  @Override
  public String toString() {
    return "lxd " + account() + instance;
  }
}
