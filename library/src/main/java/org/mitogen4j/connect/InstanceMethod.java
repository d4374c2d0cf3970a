package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.List;

/** The command lines of LXD and Incus, which differ only in the name of the program. */
abstract class InstanceMethod<M extends InstanceMethod<M>> extends ContainerMethod<M> {
  private static final long serialVersionUID = 1;

  private final String kind;
  private final String instance;

  /**
   * @param kind the word for such an instance in names and messages
   * @param tool the name of the program
   */
  InstanceMethod(String kind, String tool, String instance) {
    super(tool);
    this.kind = kind;
    this.instance = instance;
  }

  @Override
  final List<String> enter() {
    return Arrays.asList("exec", "--mode=non-interactive");
  }

  @Override
  final List<String> target() {
    return Arrays.asList(instance, "--");
  }

  @Override
  final List<String> userOptions(String account) {
    return numbers(account, "--user", "--group");
  }

  @Override
  final List<String> directoryOptions(String directory) {
    return Arrays.asList("--cwd", directory);
  }

  @Override
  final List<String> variableOptions(String variable) {
    return Arrays.asList("--env", variable);
  }

  @Override
  public String defaultName() {
    return kind + "." + instance;
  }

  @Override
  public String toString() {
    return kind + " " + account() + instance;
  }
}
