package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** A receiver that was sent to another context ends there and here, whoever ends it. */
@Timeout(60)
@MitogenTest
class SentReceiverEndTest {
  private Router router;

  @BeforeEach
  void use(Router router) {
    this.router = router;
  }

  private Context child(String name) throws Exception {
    return router.connect(InProcess.create().name(name));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void closingItThereEndsTheSenders() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    ReceiverFunctions.begin(from, receiver);

    child("to").runAsync(ReceiverFunctions::takeOneAndClose, receiver);

    ReceiverFunctions.awaitEnded(from, "the receiver is closed");
    Await.until(receiver::isEnded);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void closingItThereUnusedEndsTheSenders() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    ReceiverFunctions.begin(from, receiver);

    child("to").runAsync(ReceiverFunctions::closeAtOnce, receiver);

    ReceiverFunctions.awaitEnded(from, "the receiver is closed");
  }

  @Test
  void closingItHereEndsItThere() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    final Sender<Integer> sender = receiver.sender();
    Context child = child("a");
    Call<List<Integer>> taken = child.callAsync(ReceiverFunctions::all, receiver);
    sender.send(5);
    Await.until(() -> child.call(ReceiverFunctions::taken) == 1);

    receiver.close();

    assertThat(taken.get(20, TimeUnit.SECONDS)).containsExactly(5);
    Await.until(() -> !sender.isOpen());
  }

  @Test
  void closingItHereWhileItsItemsAreAskedForEndsItThere() throws Exception {
    Context child = child("a");
    for (int i = 0; i < 2000; i++) {
      Receiver<Integer> receiver = router.receiver();
      receiver.sender();
      Call<List<Integer>> taken = child.callAsync(ReceiverFunctions::all, receiver);
      LockSupport.parkNanos(i * 100L); // so that some rounds close it at that very moment

      receiver.close();

      assertThat(taken.get(20, TimeUnit.SECONDS)).as("round " + i).isEmpty();
    }
  }

  @Test
  void closingItHereBeforeItIsUsedEndsItThere() throws Exception {
    Context child = child("a");
    Receiver<Object> receiver = router.receiver();
    receiver.sender().send("unread");
    child.run(ReceiverFunctions::keep, receiver);

    receiver.close();
    Await.until(receiver::isEnded);

    assertThatThrownBy(() -> child.call(ReceiverFunctions::take, 1))
        .hasMessageContaining("ClosedException");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theEndOfASenderIsReportedBehindItsItems() throws Exception {
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<Integer> receiver = router.receiver();
    Call<List<String>> taken = child("a").callAsync(ReceiverFunctions::replies, receiver);
    dies.runAsync(SentReceiverEndTest::sendOneAndDie, receiver.sender());

    List<String> replies = taken.get(30, TimeUnit.SECONDS);
    assertThat(replies.get(replies.size() - 1))
        .startsWith("dies (1): DisconnectedException, dies (1)");
  }

  static void sendOneAndDie(Sender<Integer> sender) {
    sender.send(1);
    Runtime.getRuntime().halt(1);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aFailedCallIsReportedWhereTheReceiverIsRead() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Call<List<String>> taken = child("a").callAsync(ReceiverFunctions::replies, receiver);
    child("b").runAsync(SentReceiverEndTest::sendOneAndFail, receiver.sender());

    assertThat(taken.get(30, TimeUnit.SECONDS))
        .containsExactly(
            "b (2): 1", "b (2): CallException, in b: java.lang.IllegalStateException: broken");
  }

  static void sendOneAndFail(Sender<Integer> sender) {
    sender.send(1);
    throw new IllegalStateException("broken");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfTheReaderEndsTheSenders() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    ReceiverFunctions.begin(from, receiver);

    router
        .connect(Local.create().name("dies"))
        .runAsync(ReceiverFunctions::takeOneAndDie, receiver);

    ReceiverFunctions.awaitEnded(from, "to dies (");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfAReaderThatHasNotBegunEndsTheSenders() throws Exception {
    Context from = child("from");
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<byte[]> receiver = router.receiver();
    ReceiverFunctions.begin(from, receiver);
    dies.run(ReceiverFunctions::keep, receiver);

    dies.runAsync(ReceiverFunctions::halt);

    ReceiverFunctions.awaitEnded(from, "to dies (");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theFailureOfTheCallThatTookItEndsTheSenders() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    ReceiverFunctions.begin(from, receiver);

    child("to").runAsync(ReceiverFunctions::fail, receiver);

    ReceiverFunctions.awaitEnded(from, "broken");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfTheReceiversContextIsReportedWhereItIsRead() throws Exception {
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<String> receiver = dies.call(SentReceiverEndTest::openAndHold);
    assertThat(receiver.get()).isEqualTo("first");
    dies.runAsync(ReceiverFunctions::halt);

    assertThatThrownBy(receiver::get)
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("dies (1)");
    assertThatThrownBy(receiver::get).isInstanceOf(ClosedException.class);
    assertThat(receiver.isEnded()).isTrue();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfTheReceiversContextBeforeTheFirstUseIsReported() throws Exception {
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<String> receiver = dies.call(SentReceiverEndTest::openAndHold);
    dies.runAsync(ReceiverFunctions::halt);
    Await.until(() -> !router.contexts().contains(dies));

    assertThatThrownBy(receiver::get)
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("dies (1)");
  }

  static Receiver<String> openAndHold() {
    Receiver<String> receiver = Router.current().receiver();
    receiver.sender().send("first");
    return receiver;
  }

  @Test
  void closingTheRouterWakesAThreadThatWaitsThere() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    receiver.sender();
    Context child = child("a");
    Call<List<Integer>> taken = child.callAsync(ReceiverFunctions::all, receiver);
    Await.until(() -> receiverIsGone(receiver));

    router.close();

    assertThatThrownBy(() -> taken.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(MitogenException.class); // lost, or interrupted
  }

  private static boolean receiverIsGone(Receiver<?> receiver) {
    try {
      receiver.poll(Duration.ZERO);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
