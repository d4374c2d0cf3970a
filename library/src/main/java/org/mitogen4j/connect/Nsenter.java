package org.mitogen4j.connect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.Connection;

/**
 * A child in the namespaces, the root and the working directory of a process on this machine, such
 * as the first process of a container, by util-linux's {@code nsenter}, which only root may run. It
 * works where the container's own tools can't run a command, such as with a daemon that hangs. The
 * child keeps this context's environment and control group, so the container's limits do not apply
 * to it.
 */
public final class Nsenter extends ContainerMethod<Nsenter> {
  private static final long serialVersionUID = 1;

  /** The placeholder for the process number in a command line that is only shown. */
  private static final String PID = "{pid}";

  private final String kind;
  private final String target;

  /** The command that prints the process number; empty if that is given. */
  private final List<String> question;

  private Set<Namespace> namespaces =
      EnumSet.of(Namespace.MOUNT, Namespace.UTS, Namespace.IPC, Namespace.NETWORK, Namespace.PID);

  /** The process number, on the copy that opens the connection. */
  private transient String pid;

  private Nsenter(String kind, String target, String... question) {
    super("nsenter");
    this.kind = kind;
    this.target = target;
    this.question = Collections.unmodifiableList(Arrays.asList(question));
  }

  /**
   * Makes a connection method for a process.
   *
   * @param pid its number, as this context sees it
   * @return a method with the default settings
   * @throws IllegalArgumentException when it is not positive
   */
  public static Nsenter pid(long pid) {
    if (pid < 1) {
      throw new IllegalArgumentException(pid + " is not a process number");
    }
    return new Nsenter("pid", String.valueOf(pid));
  }

  /**
   * Makes a connection method for the first process of a docker container. A start runs {@code
   * docker inspect} to find its number.
   *
   * @param nameOrId the container's name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Nsenter docker(String nameOrId) {
    CommandArgument.name(nameOrId, "a container's name or id");
    return new Nsenter(
        "docker", nameOrId, "docker", "inspect", "--format", "{{.State.Pid}}", nameOrId);
  }

  /**
   * Makes a connection method for the first process of a podman container. A start runs {@code
   * podman inspect} to find its number.
   *
   * @param nameOrId the container's name or id
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name or id
   */
  public static Nsenter podman(String nameOrId) {
    CommandArgument.name(nameOrId, "a container's name or id");
    return new Nsenter(
        "podman", nameOrId, "podman", "inspect", "--format", "{{.State.Pid}}", nameOrId);
  }

  /**
   * Makes a connection method for the first process of an LXC container. A start runs {@code
   * lxc-info} to find its number.
   *
   * @param name the container's name
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Nsenter lxc(String name) {
    CommandArgument.name(name, "a container's name");
    return new Nsenter("lxc", name, "lxc-info", "-n", name, "-p", "-H");
  }

  /**
   * Makes a connection method for the first process of a machine of systemd-nspawn. A start runs
   * {@code machinectl} to find its number.
   *
   * @param name the machine's name
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Nsenter machine(String name) {
    CommandArgument.name(name, "a machine's name");
    return new Nsenter("machine", name, "machinectl", "show", name, "-p", "Leader", "--value");
  }

  /**
   * Sets the namespaces to enter; by default those for mounts, host name, IPC, network and
   * processes. A container with a user namespace of its own (rootless) also needs {@link
   * Namespace#USER}.
   *
   * @param first one kind
   * @param more other kinds
   * @return a changed copy
   */
  public Nsenter namespaces(Namespace first, Namespace... more) {
    return with(m -> m.namespaces = EnumSet.of(first, more));
  }

  /**
   * Sets the nsenter program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Nsenter nsenterPath(String path) {
    return tool(path);
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    String found = question.isEmpty() ? target : ask();
    Nsenter known = with(m -> m.pid = found);
    return known.openKnown(bootstrap);
  }

  @Override
  public CommandLine commandLine(Bootstrap bootstrap) {
    CommandLine line = super.commandLine(bootstrap);
    return pid != null || question.isEmpty()
        ? line
        : line.remark(PID + " is what this tells first: " + String.join(" ", question));
  }

  private Connection openKnown(Bootstrap bootstrap) throws IOException {
    return super.open(bootstrap);
  }

  /**
   * Asks the container's own tool for the process number; it prints 0 or nothing for no process.
   */
  private String ask() throws IOException {
    ProgramAnswer answer = ProgramAnswer.of(question, new ConnectDeadline(connectTimeout()));
    if (answer.exitCode == 0 && answer.output.matches("[1-9]\\d*")) {
      return answer.output;
    }
    Reason reason = reason(answer.exitCode, answer.errors);
    if (reason == null) {
      reason = answer.how.reason() == Reason.OTHER ? Reason.TARGET_UNKNOWN : answer.how.reason();
    }
    throw new StartException(
        reason,
        String.join(" ", question)
            + " tells no process that runs: "
            + answer.how.getMessage()
            + ", '"
            + answer.output
            + "' "
            + answer.errors);
  }

  @Override
  List<String> enter() {
    List<String> words = new ArrayList<>();
    String known = question.isEmpty() ? target : PID;
    words.addAll(Arrays.asList("-t", pid == null ? known : pid, "-r", "-w"));
    for (Namespace namespace : namespaces) {
      words.add(namespace.option);
    }
    return words;
  }

  @Override
  List<String> target() {
    return Collections.singletonList("--");
  }

  @Override
  List<String> userOptions(String account) {
    return numbers(account, "-S", "-G");
  }

  @Override
  public String defaultName() {
    return "nsenter." + target;
  }

  @Override
  public String toString() {
    return "nsenter " + kind + " " + account() + target;
  }
}
