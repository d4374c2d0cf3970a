package org.mitogen4j.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.mitogen4j.connect.Buildah;
import org.mitogen4j.connect.Chroot;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.Console;
import org.mitogen4j.connect.Doas;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.Incus;
import org.mitogen4j.connect.Jail;
import org.mitogen4j.connect.Kubectl;
import org.mitogen4j.connect.Lxc;
import org.mitogen4j.connect.Lxd;
import org.mitogen4j.connect.Namespace;
import org.mitogen4j.connect.Nsenter;
import org.mitogen4j.connect.Nspawn;
import org.mitogen4j.connect.Podman;
import org.mitogen4j.connect.Su;
import org.mitogen4j.connect.Sudo;
import org.mitogen4j.connect.Unshare;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * A program by which a context is started on the test bed: from root on docker-a, or from here. All
 * are the real ones, but for the stand-ins of {@code hosts/stand-in}.
 *
 * @param name the program
 * @param where the context that runs it
 * @param targets what it leads to: with java, without java, and with nothing that can be written;
 *     null for accounts, which are those of the context's host
 * @param loud by the path of the program, a method whose account's shell prints a megabyte; null
 *     where no shell of an account takes part
 */
record Door(
    String name,
    Where where,
    List<String> targets,
    Method method,
    Function<String, ConnectionMethod<?>> loud) {

  /** The context that runs the program. */
  enum Where {
    HERE,
    HOST,
    /** One on docker-a whose PATH begins with a folder that has the program. */
    PATH
  }

  /** Makes a method of the program's path and the target. */
  interface Method {
    ConnectionMethod<?> of(String program, String target) throws Exception;
  }

  static List<Door> all() {
    return List.of(
        new Door(
            "ssh",
            Where.HERE,
            List.of("java21", "nojava", "nowrite17"),
            (program, host) -> Hosts.ssh(host).sshPath(program),
            program -> Hosts.ssh("java21").user("loud").sshPath(program)),
        account(
            "sudo",
            program -> Sudo.user("nopass").sudoPath(program),
            program -> Sudo.user("loud").login(true).sudoPath(program)),
        account(
            "sudo-rs",
            program -> Sudo.user("nopass").sudoPath(program),
            program -> Sudo.user("loud").login(true).sudoPath(program)),
        account(
            "su",
            program -> Su.user("nopass").suPath(program),
            program -> Su.user("loud").suPath(program)),
        account("doas", program -> Doas.user("nopass").doasPath(program), null),
        account(
            "runuser",
            program -> CommandPrefix.of(program, "-u", "nopass", "--"),
            program -> CommandPrefix.of(program, "loud", "-c").oneArgument(true)),
        container("docker", "billing0", (p, name) -> Docker.container(name).dockerPath(p)),
        container("podman", "web0", (p, name) -> Podman.container(name).podmanPath(p)),
        new Door(
            "docker-run",
            Where.HOST,
            List.of("", "--tmpfs=/usr/lib/jvm", "--read-only --ipc=none"),
            (p, options) -> Docker.image("jdk21").arguments(run(options)).dockerPath(p),
            null),
        new Door(
            "podman-run",
            Where.HOST,
            List.of(
                "",
                "--tmpfs=/usr/lib/jvm:notmpcopyup",
                "--read-only --read-only-tmpfs=false --ipc=none"),
            (p, options) -> Podman.image("pod21").arguments(run(options)).podmanPath(p),
            null),
        new Door(
            "buildah",
            Where.HOST,
            List.of("fine", "nojava", "nowrite"),
            (p, kind) -> Buildah.container("build0").arguments(buildah(kind)).buildahPath(p),
            null),
        container("lxc-attach", "lxc0", (p, name) -> Lxc.container(name).lxcAttachPath(p)),
        container("nsenter", "billing0", (p, name) -> Nsenter.docker(name).nsenterPath(p)),
        root(
            "unshare",
            (p, root) -> Unshare.namespaces(Namespace.IPC).root("/srv/" + root).unsharePath(p)),
        root("chroot", (p, root) -> Chroot.directory("/srv/" + root).chrootPath(p)),
        new Door(
            "console",
            Where.HERE,
            List.of("java21", "nojava", "nowrite17"),
            (program, host) -> Hosts.consoleBy(program, host, "sh"),
            null),
        root("kubectl", (p, pod) -> Kubectl.pod(pod).kubectlPath(p)),
        root("incus", (p, name) -> Incus.instance(name).incusPath(p)),
        root("lxc", (p, name) -> Lxd.instance(name).lxcPath(p)),
        root("jexec", (p, jail) -> Jail.jail(jail).jexecPath(p)),
        new Door(
            "machinectl",
            Where.PATH,
            List.of("billing0", "nojava0", "nowrite0"),
            (p, machine) -> Nsenter.machine(machine),
            null),
        root("systemd-run", (p, machine) -> Nspawn.machine(machine).systemdRunPath(p)),
        root(
            "ipmitool",
            (p, host) ->
                Console.command(p, "-I", "lanplus", "-H", host, "-U", "admin")
                    .arguments("-f", "/etc/bmc-password", "sol", "activate")));
  }

  /** The usual method of the door of this name, to where nothing is wrong. */
  static ConnectionMethod<?> named(String name) throws Exception {
    for (Door door : all()) {
      if (door.name().equals(name)) {
        return door.method().of(door.real(), door.fine());
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** The target where nothing is wrong. */
  String fine() {
    return targets == null ? "" : targets.get(0);
  }

  private static Door account(
      String name,
      Function<String, ConnectionMethod<?>> method,
      Function<String, ConnectionMethod<?>> loud) {
    return new Door(name, Where.HOST, null, (program, ignored) -> method.apply(program), loud);
  }

  private static Door container(String name, String with, Method method) {
    return new Door(name, Where.HOST, List.of(with, "nojava0", "nowrite0"), method, null);
  }

  /** A door to the roots below /srv, by the name of the folder. */
  private static Door root(String name, Method method) {
    return new Door(name, Where.HOST, List.of("jail", "nojava", "nowrite"), method, null);
  }

  private static String[] run(String options) {
    return ("--network=none " + options).trim().split(" ");
  }

  /** Its containers are only files: what is mounted is said for each run. */
  private static String[] buildah(String kind) {
    List<String> all = new ArrayList<>(List.of("--network=none"));
    if (kind.equals("nojava")) {
      all.add("--mount=type=tmpfs,dst=/usr/lib/jvm");
    } else if (kind.equals("nowrite")) {
      for (String place : List.of("/tmp", "/var/tmp", "/root", "/dev/shm", "/home")) {
        all.add("--mount=type=bind,src=/srv/nowrite/tmp,dst=" + place + ",ro");
      }
      all.add("--workingdir=/tmp");
    }
    return all.toArray(new String[0]);
  }

  /** The command line of the program itself, for a shell. */
  String real() {
    return switch (name) {
      case "console" -> Hosts.EXEC;
      case "docker-run" -> "docker";
      case "podman-run" -> "podman";
      // by its path, since what stands in its place is found by its name
      case "machinectl" -> "/usr/local/bin/machinectl";
      // its rules are for this account alone
      case "doas" -> "setpriv --reuid=deploy --regid=deploy --init-groups doas";
      default -> name;
    };
  }

  /** For a shell: where a program in its place prints what is to be printed on both its outputs. */
  String toBoth() {
    return switch (name) {
      case "console", "ipmitool" -> ""; // both are the one terminal
      case "machinectl" -> ">&2"; // the other one is for a number
      default -> "| tee /dev/stderr";
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
