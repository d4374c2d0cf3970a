package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.Sudo;
import org.mitogen4j.examples.Demo;
import org.mitogen4j.examples.NightlyBilling;

/** The examples that are about other machines, on real ones. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class ExamplesTest {
  @Test
  void nightlyBillingThroughBastionDockerHostSudoAndContainer() throws Exception {
    try (Router router = Router.create();
        Secret password = Secret.of("deploy-pw");
        Printed printed = new Printed()) {
      int status =
          NightlyBilling.run(
              router,
              "id -un; exit 3",
              Hosts.ssh("bastion"),
              Ssh.host("docker-a").user("deploy"),
              Sudo.user("magic").password(password),
              Docker.container("billing0").user("app"));

      assertThat(status).isEqualTo(3);
      assertThat(printed.await("docker.billing0", "stdout", 1)).containsExactly("app");
    }
  }

  @Test
  void theDemoGoesOverSshToWhateverHostsItIsGiven() throws Exception {
    Process demo =
        Hosts.exec(
                "bastion",
                "--user",
                "user",
                "java",
                "-cp",
                place(Router.class) + File.pathSeparator + place(Demo.class),
                Demo.class.getName(),
                "user@inner1",
                "inner2",
                "no-such-host.invalid")
            .redirectErrorStream(true)
            .start();
    demo.getOutputStream().close();
    String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(demo.waitFor()).as(said).isEqualTo(1); // one of them can't be reached
    assertThat(said)
        .containsPattern("    1 ssh.inner1 \\(ssh user@inner1\\) user, .*Java 11.* processors\n")
        .containsPattern("    3 ssh.inner2 \\(ssh inner2\\) user, .*Java 21.* processors\n")
        .containsPattern("      2 local \\(local\\) user, .*Java 11.* processors\n")
        .contains("ssh.no-such-host.invalid (5): failed: ")
        .contains("Could not resolve hostname no-such-host.invalid");
  }

  private static String place(Class<?> type) throws Exception {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
