package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/** A host whose key is not known, played by a program in place of ssh. */
@Timeout(60)
class SshHostKeyTest {
  @TempDir Path folder;

  @Test
  void theKeyIsAskedForOnceInAFailedStart() throws Exception {
    Path ssh = folder.resolve("ssh");
    Files.writeString(
        ssh,
        "#!/bin/sh\n"
            + "case \"$*\" in *KnownHostsCommand*)echo asked >>\"$0.log\";"
            + "echo 'mitogen-key SHA256:abc web1 ssh-ed25519 AAAA' >&2;;"
            + "*)echo 'Host key verification failed.' >&2;;esac\n"
            + "exit 255\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
    try (Router router = Router.create()) {
      StartException e =
          catchThrowableOfType(
              StartException.class, () -> router.connect(Ssh.host("web1").sshPath(ssh.toString())));
      assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.HOST_KEY_UNKNOWN);
      assertThat(e).hasMessageContaining("SHA256:abc").hasMessageContaining("ssh-ed25519 AAAA");
    }
    assertThat(Files.readAllLines(folder.resolve("ssh.log"))).hasSize(1);
  }
}
