package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child on this machine in new namespaces, by util-linux's {@code unshare}. Root may run it;
 * other accounts may only with {@link Namespace#USER} among the namespaces, if the kernel allows
 * it.
 */
public final class Unshare extends ContainerMethod<Unshare> {
  private static final long serialVersionUID = 1;

  private final Set<Namespace> namespaces;
  private String root;

  private Unshare(Set<Namespace> namespaces) {
    super("unshare");
    this.namespaces = namespaces;
  }

  /**
   * Makes a connection method for new namespaces. With {@link Namespace#PID}, all processes in the
   * namespace end with the child; with {@link Namespace#MOUNT} besides, it gets its own {@code
   * /proc}. With {@link Namespace#USER}, the child is root in the namespace, whichever account runs
   * it.
   *
   * @param first one kind
   * @param more other kinds
   * @return a method with the default settings
   */
  public static Unshare namespaces(Namespace first, Namespace... more) {
    return new Unshare(EnumSet.of(first, more));
  }

  /**
   * Sets the child's root directory; by default this context's. Needs util-linux 2.35.
   *
   * @param path a directory that contains Java and {@code sh}
   * @return a changed copy
   */
  public Unshare root(String path) {
    CommandArgument.path(path, "a path of a directory");
    return with(m -> m.root = path);
  }

  /**
   * Sets the unshare program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Unshare unsharePath(String path) {
    return tool(path);
  }

  /** A process that enters a process namespace stays outside of it: only its children are in it. */
  @Override
  List<String> enter() {
    List<String> words = new ArrayList<>();
    for (Namespace namespace : namespaces) {
      words.add(namespace.option);
    }
    if (namespaces.contains(Namespace.PID)) {
      words.addAll(Arrays.asList("--fork", "--kill-child"));
      if (namespaces.contains(Namespace.MOUNT)) {
        words.add("--mount-proc");
      }
    }
    if (namespaces.contains(Namespace.USER)) {
      words.add("--map-root-user");
    }
    if (root != null) {
      words.add("--root=" + root);
    }
    return words;
  }

  @Override
  List<String> target() {
    return Collections.singletonList("--");
  }

  @Override
  List<String> around() {
    return namespaces.contains(Namespace.PID) ? NOT_FIRST : super.around();
  }

  @Override
  List<String> userOptions(String account) {
    return namespaces.contains(Namespace.USER) ? null : numbers(account, "--setuid", "--setgid");
  }

  @Override
  List<String> directoryOptions(String directory) {
    return Collections.singletonList("--wd=" + directory);
  }

  @Override
  public String defaultName() {
    return "unshare";
  }

  @Override
  public String toString() {
    return "unshare " + account() + namespaces;
  }
}
