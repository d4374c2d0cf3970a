package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.Ssh;

/** Real containers: without a network, and with one place that can be written, in memory. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class DockerTest {
  private final Router router = Router.create();
  private Context bastion;
  private Context host;

  @BeforeEach
  void connect() throws Exception {
    bastion = router.connect(Hosts.ssh("bastion"));
    host = bastion.connect(Ssh.host("docker-a").user("root"));
  }

  @AfterEach
  void close() {
    router.close();
  }

  private static StartException failure(Context via, Docker method, Reason reason) {
    StartException e = catchThrowableOfType(StartException.class, () -> via.connect(method));
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    return e;
  }

  @Test
  void aChildRunsInAContainer() throws Exception {
    assertThat(host.connect(Docker.container("billing0")).call(Work::user)).isEqualTo("root");
    assertThat(host.connect(Docker.container("billing0").user("app")).call(Work::user))
        .isEqualTo("app");
    assertThat(host.connect(Docker.container("readonly0")).call(Work::user)).isEqualTo("root");
  }

  @Test
  void aChildThatIsKilledIsGoneFromTheContainerToo() throws Exception {
    Context child = host.connect(Docker.container("billing0"));
    assertThat(catchThrowableOfType(RuntimeException.class, () -> child.run(Work::kill)))
        .hasMessageContaining("docker billing0: ended by signal 9");
  }

  @Test
  void anUnknownContainerOrAccountIsNamed() {
    assertThat(failure(host, Docker.container("nope"), Reason.TARGET_UNKNOWN))
        .hasMessageContaining("No such container: nope");
    assertThat(failure(host, Docker.container("billing0").user("nope"), Reason.TARGET_UNKNOWN))
        .hasMessageContaining("unable to find user nope");
  }

  @Test
  void aContainerThatDoesNotRunIsNamed() throws Exception {
    host.run(Work::execute, "docker create --name stopped jdk21 true");
    try {
      assertThat(failure(host, Docker.container("stopped"), Reason.TARGET_UNKNOWN))
          .hasMessageContaining("is not running");
    } finally {
      host.run(Work::execute, "docker rm stopped");
    }
  }

  @Test
  void anAccountThatMayNotUseDockerIsNamed() throws Exception {
    Context user = bastion.connect(Ssh.host("docker-a"));
    assertThat(failure(user, Docker.container("billing0"), Reason.LOGIN_REFUSED))
        .hasMessageContaining("permission denied");
  }

  @Test
  void aStoppedDockerIsNamed() {
    assertThat(failure(bastion, Docker.container("billing0"), Reason.UNREACHABLE))
        .hasMessageContaining("Cannot connect to the Docker daemon");
  }
}
