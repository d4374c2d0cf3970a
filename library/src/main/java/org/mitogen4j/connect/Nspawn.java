package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandLine;

/**
 * A child in a running machine of systemd-nspawn that has systemd as its init, by {@code
 * systemd-run --machine}, which passes standard input and output on unchanged. For machines without
 * systemd use {@link Nsenter#machine}.
 */
public final class Nspawn extends ContainerMethod<Nspawn> {
  private static final long serialVersionUID = 1;

  private final String machine;

  private Nspawn(String machine) {
    super("systemd-run");
    this.machine = machine;
  }

  /**
   * Makes a connection method for a running machine.
   *
   * @param name its name, as {@code machinectl} shows it
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Nspawn machine(String name) {
    return new Nspawn(CommandArgument.name(name, "a machine's name"));
  }

  /**
   * Sets the systemd-run program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Nspawn systemdRunPath(String path) {
    return tool(path);
  }

  /** systemd replaces variables in the words of the command, unless their dollar is doubled. */
  @Override
  public CommandLine commandLine(Bootstrap bootstrap) {
    List<String> words = new ArrayList<>(command());
    for (String word : bootstrap.arguments()) {
      words.add(word.replace("$", "$$"));
    }
    return CommandLine.of(words, bootstrap.preamble());
  }

  @Override
  List<String> enter() {
    return Arrays.asList("--machine=" + machine, "--pipe", "--wait", "--quiet", "--collect");
  }

  @Override
  List<String> target() {
    return Collections.singletonList("--");
  }

  @Override
  List<String> userOptions(String account) {
    return Collections.singletonList("--uid=" + account);
  }

  @Override
  List<String> directoryOptions(String directory) {
    return Collections.singletonList("--working-directory=" + directory);
  }

  @Override
  List<String> variableOptions(String variable) {
    return Collections.singletonList("--setenv=" + variable);
  }

  @Override
  public String defaultName() {
    return "nspawn." + machine;
  }

  @Override
  public String toString() {
    return "nspawn " + account() + machine;
  }
}
