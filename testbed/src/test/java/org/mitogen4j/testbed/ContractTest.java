package org.mitogen4j.testbed;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.Secret;
import org.mitogen4j.connect.Buildah;
import org.mitogen4j.connect.Chroot;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.ContainerMethod;
import org.mitogen4j.connect.Doas;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Lxc;
import org.mitogen4j.connect.Namespace;
import org.mitogen4j.connect.Nsenter;
import org.mitogen4j.connect.Podman;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.Su;
import org.mitogen4j.connect.Sudo;
import org.mitogen4j.connect.Unshare;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** The one contract, over every transport and chain, with every Java version as the child. */
@NeedsTestbed
@ParameterizedClass(name = "{0}")
@MethodSource("ways")
class ContractTest {
  private static Contract contract;
  private static NothingLeft nothingLeft;

  @Parameter
  @SuppressWarnings("UnusedVariable") // a parameterized class must have one
  private Way way;

  static List<Way> ways() throws Exception {
    Hosts.output("docker-a", "start-containers");
    Secret password = Secret.of("deploy-pw");
    List<Way> ways = new ArrayList<>();
    ways.add(Way.by(InProcess.create()));
    ways.add(Way.by(Local.create()));
    for (String host : Hosts.JAVAS) {
      ways.add(Way.by(Hosts.ssh(host)));
      ways.add(Way.by(Hosts.ssh(host), Local.create()));
    }
    ways.add(Way.by(Hosts.ssh("java8").user("root"), Hosts.ssh("java-newest")));
    ways.add(Way.by(Hosts.ssh("java-newest").user("root"), Hosts.ssh("java8")));
    ways.add(Way.by(Hosts.ssh("nowrite")));
    ways.add(Way.by(Hosts.ssh("java21").user("deploy"), Sudo.user("magic").password(password)));
    Ssh deploy = Hosts.ssh("java21").user("deploy");
    ways.add(Way.by(deploy, Sudo.user("magic").password(password).terminal(true).login(true)));
    ways.add(Way.by(deploy, Su.user("magic").password(Secret.of("magic-pw"))));
    ways.add(Way.by(deploy, Doas.user("magic").password(password)));
    ways.add(
        Way.by(
            Hosts.ssh("java21").user("root"),
            CommandPrefix.of("setpriv", "--reuid=magic", "--regid=magic", "--init-groups")));
    ways.add(
        Way.by(
            Hosts.console("java21", "--damage", "10000", "--seven", "--messages", "50000", "getty")
                .login("user")
                .password(Secret.of("user-pw"))));
    for (ContainerMethod<?> method :
        List.of(
            Docker.image("jdk21").arguments("--network=none"),
            Podman.container("web0"),
            Buildah.container("build0").arguments("--network=none"),
            Lxc.container("lxc0").user("1000:1000"),
            Nsenter.docker("billing0").user("app"),
            Chroot.directory("/srv/jail"),
            Unshare.namespaces(Namespace.PID, Namespace.MOUNT))) {
      ways.add(Way.by(Hosts.ssh("bastion"), Ssh.host("docker-a").user("root"), method));
    }
    for (String door :
        List.of(
            "sudo-rs",
            "runuser",
            "kubectl",
            "incus",
            "lxc",
            "jexec",
            "machinectl",
            "systemd-run",
            "ipmitool")) {
      ConnectionMethod<?> method = Door.named(door);
      ways.add(Way.by(Hosts.ssh("bastion"), Ssh.host("docker-a").user("root"), method));
    }
    ways.add(Way.by(Hosts.ssh("bastion"), Ssh.host("inner1"), Local.create()));
    ways.add(
        Way.by(
            Hosts.ssh("bastion"),
            Ssh.host("docker-a").user("deploy"),
            Sudo.user("magic").password(password),
            Docker.container("billing0").user("app")));
    return ways;
  }

  static List<String> points() {
    return Contract.points();
  }

  @BeforeParameterizedClassInvocation
  static void connect(Way way) throws Exception {
    nothingLeft = new NothingLeft();
    contract = new Contract(way);
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    contract.close();
    nothingLeft.check();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void holds(String point) throws Throwable {
    contract.check(point);
  }
}
