package org.mitogen4j.connect;

import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child with another root directory on this machine, by {@code chroot}, which root may run. There
 * have to be Java, {@code sh}, and the mounts that Java needs, such as {@code /proc}.
 */
public final class Chroot extends ContainerMethod<Chroot> {
  private static final long serialVersionUID = 1;

  private final String root;

  private Chroot(String root) {
    super("chroot");
    this.root = root;
  }

  /**
   * A directory that is to be the child's root.
   *
   * @param name its path
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be one
   */
  public static Chroot directory(String name) {
    return new Chroot(CommandArgument.path(name, "a path of a directory"));
  }

  /**
   * The chroot program; by default the one on {@code PATH}.
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
