package org.mitogen4j.connect;

import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child with another root directory on this machine, by {@code chroot}, which only root may run.
 * The directory has to contain Java, {@code sh}, and the mounts that Java needs, such as {@code
 * /proc}.
 */
public final class Chroot extends ContainerMethod<Chroot> {
  private static final long serialVersionUID = 1;

  private final String root;

  private Chroot(String root) {
    super("chroot");
    this.root = root;
  }

  /**
   * Makes a connection method for a root directory.
   *
   * @param name its path on the machine of the context that starts the child
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a path
   */
  public static Chroot directory(String name) {
    return new Chroot(CommandArgument.path(name, "a path of a directory"));
  }

  /**
   * Sets the chroot program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Chroot chrootPath(String path) {
    return tool(path);
  }

  @Override
  List<String> enter() {
    return Collections.emptyList();
  }

  @Override
  List<String> target() {
    return Collections.singletonList(root);
  }

  @Override
  List<String> userOptions(String account) {
    return Collections.singletonList("--userspec=" + account);
  }

  @Override
  public String defaultName() {
    return "chroot." + root;
  }

  @Override
  public String toString() {
    return "chroot " + account() + root;
  }
}
