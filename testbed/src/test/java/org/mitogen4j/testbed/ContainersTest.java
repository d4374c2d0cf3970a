package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Buildah;
import org.mitogen4j.connect.Chroot;
import org.mitogen4j.connect.ContainerMethod;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.Lxc;
import org.mitogen4j.connect.Namespace;
import org.mitogen4j.connect.Nsenter;
import org.mitogen4j.connect.Podman;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.Unshare;

/** Real containers by docker, podman, buildah and lxc, and the ways into them without these. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class ContainersTest {
  private static final String NO_NETWORK = "--network=none";

  private final Router router = Router.create();
  private Context host;

  @BeforeAll
  static void start() throws Exception {
    Hosts.output("docker-a", "start-containers");
  }

  @BeforeEach
  void connect() throws Exception {
    host = router.connect(Hosts.ssh("bastion")).connect(Ssh.host("docker-a").user("root"));
  }

  @AfterEach
  void close() {
    router.close();
  }

  /** All ways into a container with the account {@code app}, whose number is 1000. */
  static List<ContainerMethod<?>> containers() {
    return List.of(
        Docker.container("billing0"),
        Docker.image("jdk21").arguments(NO_NETWORK),
        Podman.container("web0"),
        Podman.image("pod21"),
        Buildah.container("build0").arguments(NO_NETWORK),
        Lxc.container("lxc0"),
        Nsenter.docker("billing0"),
        Nsenter.podman("web0"),
        Nsenter.lxc("lxc0"),
        Chroot.directory("/srv/jail"),
        Unshare.namespaces(Namespace.NETWORK, Namespace.UTS).root("/srv/jail"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void aChildRunsInIt(ContainerMethod<?> method) throws Exception {
    Context child = host.connect(method);
    assertThat(child.call(Work::user)).isEqualTo("root");
    assertThat(child.call(Work::property, "java.specification.version")).isEqualTo("21");
  }

  @ParameterizedTest
  @MethodSource("containers")
  void theChildHasTheAccountTheDirectoryAndTheVariables(ContainerMethod<?> method)
      throws Exception {
    Context child =
        host.connect(
            method
                .user("app")
                .workingDirectory("/var/tmp")
                .environment("SOME", "it's a \"value\" = 1")
                .environment("OTHER", ""));
    assertThat(child.call(Work::user)).isEqualTo("app");
    assertThat(child.call(Work::property, "user.dir")).isEqualTo("/var/tmp");
    assertThat(child.call(Work::variable, "SOME")).isEqualTo("it's a \"value\" = 1");
    assertThat(child.call(Work::variable, "OTHER")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("containers")
  void theChildHasTheAccountByNumber(ContainerMethod<?> method) throws Exception {
    assertThat(host.connect(method.user("1000:1000")).call(Work::user)).isEqualTo("app");
  }

  private StartException failure(ContainerMethod<?> method, Reason reason) {
    StartException e = catchThrowableOfType(StartException.class, () -> host.connect(method));
    assertThat(e).as(method.toString()).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    return e;
  }

  static List<ContainerMethod<?>> missing() {
    return List.of(
        Docker.container("nope"),
        Docker.image("nope-nope").arguments("--pull=never"),
        Podman.container("nope"),
        Podman.image("nope-nope").arguments("--pull=never"),
        Buildah.container("nope"),
        Lxc.container("nope"),
        Nsenter.docker("nope"),
        Nsenter.podman("nope"),
        Nsenter.lxc("nope"),
        Nsenter.pid(4_000_000),
        Chroot.directory("/nowhere"),
        Unshare.namespaces(Namespace.UTS).root("/nowhere"));
  }

  @ParameterizedTest
  @MethodSource("missing")
  void aTargetThatDoesNotExistIsReportedAsUnknown(ContainerMethod<?> method) {
    failure(method, Reason.TARGET_UNKNOWN);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void anAccountThatDoesNotExistIsTold(ContainerMethod<?> method) {
    failure(method.user("nobody17"), Reason.TARGET_UNKNOWN);
  }

  @Test
  void anAccountOtherThanRootIsRefusedWithAReason() throws Exception {
    Context user = host.connect(Nsenter.pid(1).user("1000:1000"));
    for (ContainerMethod<?> method :
        List.of(
            Nsenter.pid(1),
            Chroot.directory("/srv/jail"),
            Unshare.namespaces(Namespace.NETWORK, Namespace.PID),
            Docker.container("billing0"))) {
      StartException e = catchThrowableOfType(StartException.class, () -> user.connect(method));
      assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.LOGIN_REFUSED);
    }
  }

  @Test
  void aProcessNamespaceHasTheChildAsItsFirstProcess() throws Exception {
    Context child = host.connect(Unshare.namespaces(Namespace.PID, Namespace.MOUNT));
    assertThat(child.call(Work::output, "readlink /proc/self")).matches("[0-9]{1,3}");
    Context inside = host.connect(Nsenter.docker("billing0"));
    assertThat(inside.call(Work::output, "cat /proc/1/cmdline")).startsWith("tail");
  }

  @Test
  void theContainerOfAnImageGoesWithItsChild() throws Exception {
    Context child = host.connect(Docker.image("jdk21").arguments(NO_NETWORK, "--name=gone0"));
    assertThat(containerNames()).contains("gone0");
    child.close();
    awaitNoContainer("gone0");
  }

  @Test
  void theContainerOfAnImageGoesWhenDockerIsKilled() throws Exception {
    Context child = host.connect(Docker.image("jdk21").arguments(NO_NETWORK, "--name=gone1"));
    assertThat(child.call(Work::user)).isEqualTo("root");
    Hosts.output("docker-a", "pkill", "-KILL", "-f", "^docker run .*--name=gone1");
    awaitNoContainer("gone1");
  }

  private static String containerNames() throws Exception {
    return Hosts.output("docker-a", "docker", "ps", "-a", "--format", "{{.Names}}");
  }

  private static void awaitNoContainer(String name) throws Exception {
    long until = System.nanoTime() + 20_000_000_000L;
    while (containerNames().contains(name)) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(50); // docker removes it behind our back
    }
  }
}
