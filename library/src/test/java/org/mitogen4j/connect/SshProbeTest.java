package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SshProbeTest {
  private static List<String> lines(String command) throws Exception {
    return SshProbe.lines(List.of("sh", "-c", command), Redirect.PIPE);
  }

  @Test
  void bothStreamsOfACommandAreRead() throws Exception {
    assertThat(lines("seq 30000; echo bad >&2")).hasSize(30001).endsWith("30000", "bad");
  }

  @Test
  @Timeout(4)
  void aProgramThatTheCommandLeavesBehindIsNotWaitedFor() throws Exception {
    assertThat(lines("sleep 5 & echo told")).containsExactly("told");
  }

  @Test
  void aCommandThatHangsOrPrintsWithoutEndIsEnded() throws Exception {
    assertThat(lines("echo begun; exec sleep 30")).containsExactly("begun");
    assertThat(lines("exec yes")).hasSizeLessThan(200_000).startsWith("y");
  }
}
