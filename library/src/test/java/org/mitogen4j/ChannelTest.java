package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** Both ways at once. */
@MitogenTest
class ChannelTest {
  private Router router;

  @BeforeEach
  void use(Router router) {
    this.router = router;
  }

  // ---- what runs in the children

  private static volatile String ended = "not yet";

  static void answer(Channel<Integer, String> channel) {
    for (int n : channel) {
      channel.send("got " + n);
    }
    channel.close();
    ended = "closed";
  }

  static void watch(Channel<Integer, String> channel) throws Exception {
    Await.until(() -> !channel.isOpen());
    try {
      channel.send("late");
    } catch (ClosedException e) {
      ended = "refused";
    }
  }

  static void die(Channel<Integer, String> channel) {
    channel.send("last words");
    channel.get();
    Runtime.getRuntime().halt(1);
  }

  static void pass(Channel<Integer, String> channel) throws Exception {
    Router.current().connect(InProcess.create()).run(ChannelTest::answer, channel);
  }

  static String ended() {
    return ended;
  }

  // ----

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void questionsGoOneWayAndAnswersTheOther() throws Exception {
    Context child = router.connect(InProcess.create());
    List<String> answers = new ArrayList<>();
    try (Channel<String, Integer> channel = router.channel()) {
      child.runAsync(ChannelTest::answer, channel.other());
      for (int i = 0; i < 100; i++) {
        channel.send(i);
        answers.add(channel.get());
      }
    }

    assertThat(answers).hasSize(100).startsWith("got 0").endsWith("got 99");
    awaitEnded(child, "closed");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theOtherEndMayBePassedOnBeforeItIsUsed() throws Exception {
    Context child = router.connect(InProcess.create());
    Channel<String, Integer> channel = router.channel();
    child.runAsync(ChannelTest::pass, channel.other());

    channel.send(5);

    assertThat(channel.get()).isEqualTo("got 5");
    channel.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void closingOneEndClosesTheOther() throws Exception {
    Context child = router.connect(InProcess.create());
    Channel<String, Integer> channel = router.channel();
    child.runAsync(ChannelTest::watch, channel.other());
    assertThat(channel.isOpen()).isTrue();

    channel.close();

    awaitEnded(child, "refused");
    assertThatThrownBy(() -> channel.send(1)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(channel::get).isInstanceOf(ClosedException.class);
  }

  static String first(Channel<String, String> channel) {
    for (String item : channel) {
      return item;
    }
    return "closed";
  }

  @Test
  void anEndThatIsClosedBeforeTheOtherIsUsedEndsThatToo() throws Exception {
    Context child = router.connect(InProcess.create());
    Channel<String, String> channel = router.channel();
    channel.close();

    assertThat(child.callAsync(ChannelTest::first, channel.other()).get(10, TimeUnit.SECONDS))
        .isEqualTo("closed");
  }

  static int count(Channel<Integer, Integer> channel) {
    int n = 0;
    for (int item : channel) {
      n += item;
    }
    return n;
  }

  @Test
  void whatWasSentBeforeTheEndWasClosedArrivesFirst() throws Exception {
    Context child = router.connect(InProcess.create());
    for (int i = 0; i < 100; i++) {
      Channel<Integer, Integer> channel = router.channel();
      Call<Integer> sum = child.callAsync(ChannelTest::count, channel.other());
      for (int n = 0; n < 10; n++) {
        channel.send(1);
      }
      channel.close();
      assertThat(sum.get(10, TimeUnit.SECONDS)).isEqualTo(10);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfTheOtherEndsContextEndsBothWays() throws Exception {
    Context child = router.connect(Local.create().name("dies"));
    Channel<String, Integer> channel = router.channel();
    child.runAsync(ChannelTest::die, channel.other());
    assertThat(channel.get()).isEqualTo("last words");
    channel.send(1);

    assertThatThrownBy(channel::get)
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("dies (1)");
    assertThatThrownBy(() -> channel.send(1)).isInstanceOf(DisconnectedException.class);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aContextThatDiesBeforeItUsesTheOtherEndKeepsNobodyWaiting() throws Exception {
    Context child = router.connect(InProcess.create());
    Channel<String, Integer> channel = router.channel();
    Call<Integer> call = child.callAsync(ChannelTest::fail, channel.other());

    assertThatThrownBy(() -> channel.send(1)).hasMessageContaining("broken");
    assertThatThrownBy(channel::get).hasMessageContaining("broken");
    assertThatThrownBy(call::join).hasMessageContaining("broken");
  }

  static int fail(Channel<Integer, String> channel) {
    throw new IllegalStateException("broken");
  }

  @Test
  void theEndThatIsUsedHereIsNotSent() throws Exception {
    Context child = router.connect(InProcess.create());
    Channel<Integer, String> channel = router.channel();

    assertThatThrownBy(() -> child.run(ChannelTest::answer, channel))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("send other()");
  }

  private static void awaitEnded(Context child, String how) throws Exception {
    Await.until(() -> child.call(ChannelTest::ended).equals(how));
  }
}
