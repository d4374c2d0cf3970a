package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program that ssh asks by writes to its standard error. */
@Timeout(60)
class SshAskpassTest {
  private static final String TOKEN = "0123456789abcdef";

  private static SshAskpass create() throws IOException {
    try {
      return SshAskpass.create("ssh", TOKEN);
    } catch (IOException e) {
      return null; // no ssh
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(joe@host) \nEnter passphrase for key '/home/joe/.ssh/id': ",
        "(joe@host) \r\n\nEnter passphrase for key '/home/joe/.ssh/id': \n\n",
        "(joe@host) \rEnter passphrase for key '/home/joe/.ssh/id':",
      })
  void aQuestionOfAServerIsOneLine(String question) throws Exception {
    try (SshAskpass askpass = create()) {
      assumeTrue(askpass != null, "an ssh that can ask by a program");
      ProcessBuilder builder = new ProcessBuilder(askpass.environment()[1], question);
      builder.environment().put("SSH_ASKPASS_PROMPT", "none");
      Process process = builder.start();
      byte[] said = process.getErrorStream().readAllBytes();

      assertThat(new String(said, StandardCharsets.UTF_8).trim())
          .startsWith("(joe@host) ")
          .contains("Enter passphrase")
          .doesNotContainPattern("[\r\n]");
    }
  }
}
