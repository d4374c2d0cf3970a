package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.CallException;
import org.mitogen4j.CallTimeoutException;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

class MessagesTest {
  private Router router;
  private Context child;

  @BeforeEach
  void connect() throws Exception {
    router = Router.create();
    child = router.connect(InProcess.create().name("child"));
  }

  @AfterEach
  void close() {
    router.close();
  }

  @Test
  void asynchronousCallsAnswerAndForgottenOnesRun() throws Exception {
    assertThat(Messages.asynchronous(child)).isEqualTo(42);
    Messages.forget(child);
    assertThat(Messages.busy(child)).endsWith(" wait");
    assertThat(Messages.facts(child)).startsWith(System.getProperty("user.name") + ", pid ");
    assertThat(Messages.onExecutor(child)).containsExactly(0, 2, 4);
  }

  @Test
  void aFunctionThatComputesEndsWhenItIsCancelled() {
    assertThat(child.call(Messages::search, 2_718_281_827L)).isEqualTo(2_718_281_828L);
    assertThatThrownBy(
            () -> child.withTimeout(Duration.ofMillis(50)).call(Messages::search, Long.MIN_VALUE))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void resultsAreTakenAsTheyCome() throws Exception {
    List<Context> contexts = Arrays.asList(child, router.connect(InProcess.create()));
    assertThat(Messages.select(contexts)).isEqualTo(6);
  }

  @Test
  void chainsRunCallsInOrder() {
    Messages.chain(child, "web");
    assertThatThrownBy(() -> Messages.chain(child, "db"))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("no new version of db");
  }

  @Test
  void itemsAndBytesArrive() throws Exception {
    assertThat(Messages.receive(router, child)).isEqualTo(499_500);
    Context other = router.connect(InProcess.create());
    assertThat(Messages.sendReceiver(router, child, other)).isEqualTo(499_500);
    assertThat(Messages.converse(router, child)).isEqualTo(3);
    byte[] disk = new byte[100_000];
    Arrays.fill(disk, (byte) 7);
    CRC32 crc = new CRC32();
    crc.update(disk, 512, disk.length - 512);
    assertThat(Messages.sendBlob(child, disk)).isEqualTo(crc.getValue());
  }

  @Test
  void servicesAnswer() {
    assertThat(Messages.callService(child)).isTrue();
  }

  @Test
  void aGuardLetsInTheContextsThatItWasGiven() throws Exception {
    Context friend = router.connect(InProcess.create());
    Context stranger = router.connect(InProcess.create());
    child.service(Messages.Vault.class).call("admit", friend);
    assertThat(friend.call(Messages::openVault, child)).isEqualTo("gold");
    assertThatThrownBy(() -> stranger.call(Messages::openVault, child))
        .hasMessageContaining("SecurityException");
  }

  @Test
  void failuresOfEachKindHaveAnExceptionOfTheirOwn() throws Exception {
    assertThat(Messages.patiently(child)).startsWith("too slow: ").contains("300 ms");
    Context gone = router.connectAsync(Local.create().javaPath("/nowhere/java"));
    assertThat(Messages.patiently(gone)).startsWith("lost: ").contains("/nowhere/java");
  }

  static String niceness() throws Exception {
    Process process = new ProcessBuilder("nice").start();
    try (InputStream in = process.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
    }
  }

  @Test
  void aMethodOfOnesOwnGoesThroughAnyChain() throws Exception {
    Context nice = router.connect(new Nice().by(3));
    assertThat(nice.call(MessagesTest::niceness)).isEqualTo("3");
    assertThat(nice.connect(new Nice().by(5)).call(MessagesTest::niceness)).isEqualTo("8");
  }

  @Test
  void aRouterTakesSettingsAndAFunctionKnowsItsPlace() {
    try (Router other = Messages.options()) {
      assertThat(other.contexts()).isEmpty();
    }
    assertThat(Messages.whereAmI(child)).containsExactly("child", "master");
  }
}
