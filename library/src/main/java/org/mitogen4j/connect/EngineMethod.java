package org.mitogen4j.connect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The command lines of Docker and Podman, which differ only in the name of the program. */
abstract class EngineMethod<M extends EngineMethod<M>> extends ContainerMethod<M> {
  private static final long serialVersionUID = 1;

  private final String engine;
  private final String container;
  private final boolean temporary;

  /**
   * @param engine the name of the program
   * @param container the name of a running container, or the image of a temporary one
   */
  EngineMethod(String engine, String container, boolean temporary) {
    super(engine);
    this.engine = engine;
    this.container = container;
    this.temporary = temporary;
  }

  /**
   * Replaces the entry point of the image, which might be any program, by env, which runs its
   * arguments.
   */
  @Override
  final List<String> enter() {
    return temporary
        ? Arrays.asList("run", "-i", "--rm", "--entrypoint", "env")
        : Arrays.asList("exec", "-i");
  }

  @Override
  final List<String> target() {
    return Collections.singletonList(container);
  }

  @Override
  List<String> around() {
    return temporary ? NOT_FIRST : super.around();
  }

  @Override
  final List<String> userOptions(String account) {
    return Arrays.asList("-u", account);
  }

  @Override
  final List<String> directoryOptions(String directory) {
    return Arrays.asList("-w", directory);
  }

  @Override
  final List<String> variableOptions(String variable) {
    return Arrays.asList("-e", variable);
  }

  @Override
  public String defaultName() {
    return engine + "." + container;
  }

  @Override
  public String toString() {
    return engine + " " + (temporary ? "run " : "") + account() + container;
  }
}
