package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.junit.MitogenExtension;

/**
 * The first call's time is over while the library's classes are on their way to the context. The
 * extension checks that no thread is left.
 */
@Timeout(60)
@ExtendWith(MitogenExtension.class)
class BriefTimeoutTest {
  static void forEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  static int one() {
    return 1;
  }

  @RepeatedTest(30)
  void aContextEndsInGoodOrderAfterACallThatHadNoTime(Router router) throws Exception {
    Context child = router.connect(InProcess.create().name("child"));

    assertThatThrownBy(() -> child.withTimeout(Duration.ofMillis(3)).run(BriefTimeoutTest::forEver))
        .isInstanceOf(CallTimeoutException.class);
  }

  @RepeatedTest(10)
  void aContextIsOfUseAfterACallThatHadNoTime(Router router) throws Exception {
    Context child = router.connect(InProcess.create().name("child"));
    assertThatThrownBy(() -> child.withTimeout(Duration.ofMillis(3)).run(BriefTimeoutTest::forEver))
        .isInstanceOf(CallTimeoutException.class);

    assertThat(child.call(BriefTimeoutTest::one)).isEqualTo(1);
  }
}
