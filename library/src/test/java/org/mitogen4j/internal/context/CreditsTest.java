package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.kernel.EndCause;

@Timeout(30)
class CreditsTest {
  static void send(Sender<Integer> sender) {
    sender.send(1);
    sender.send(2);
  }

  @Test
  void nothingIsOwedToAContextThatIsGoneWhenItsItemsAreTaken() throws Exception {
    try (Router router = Router.create();
        Receiver<Integer> items = router.receiver(Integer.class)) {
      Credits credits = TestRouters.of(router).credits;
      Context child = router.connect(InProcess.create());
      child.run(CreditsTest::send, items.sender());
      assertThat(items.get()).isEqualTo(1);
      assertThat(credits.owed.keySet()).anyMatch(key -> key.context == child.id());

      end(router, child);
      assertThat(items.get()).isEqualTo(2);

      assertThat(credits.owed.keySet()).noneMatch(key -> key.context == child.id());
    }
  }

  @Test
  void aSenderThatDoesNotWaitForCreditIsToldOfItOnce() throws Exception {
    Credit credit = new Credit(100);
    int[] told = {0};
    assertThat(credit.ready(() -> told[0]++)).isTrue();
    credit.take(150);
    credit.give(20);
    assertThat(credit.ready(() -> told[0]++)).isFalse();
    credit.give(30);
    assertThat(told[0]).isZero();
    credit.give(1);
    credit.give(1);
    assertThat(told[0]).isEqualTo(1);

    credit.take(2);
    assertThat(credit.ready(() -> told[0]++)).isFalse();
    credit.kill(new EndCause(EndCause.LOST, "it is gone"));
    assertThat(told[0]).isEqualTo(2);
    assertThat(credit.ready(() -> told[0]++)).isTrue();
  }

  private static void end(Router router, Context child) throws Exception {
    TestRouters.of(router)
        .routing
        .routes
        .get(child.id())
        .end(new EndCause(EndCause.LOST, "the cable was cut"));
    Await.until(() -> !router.contexts().contains(child));
  }
}
