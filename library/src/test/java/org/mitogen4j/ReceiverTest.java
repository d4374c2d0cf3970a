package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** Items from anywhere in the tree. */
@MitogenTest
class ReceiverTest {
  private Router router;

  @BeforeEach
  void use(Router router) {
    this.router = router;
  }

  private Context child(String name) throws Exception {
    return router.connect(InProcess.create().name(name));
  }

  private static <T> List<T> all(Iterable<T> items) {
    List<T> list = new ArrayList<>();
    items.forEach(list::add);
    return list;
  }

  // ---- what runs in the children

  private static volatile String ended = "not yet";
  private static Sender<String> kept;

  /** Small and large items, from two threads that share a sender. */
  static void countLarge(Sender<byte[]> sender) throws Exception {
    Thread[] threads = new Thread[2];
    for (int t = 0; t < 2; t++) {
      byte mark = (byte) t;
      threads[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 20; i++) {
                  byte[] item = new byte[i % 4 == 0 ? 200_000 : 10];
                  item[0] = mark;
                  item[1] = (byte) i;
                  sender.send(item);
                }
              });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    sender.close();
  }

  static String ended() {
    return ended;
  }

  static void awaitClosed(Sender<Integer> sender) throws Exception {
    Await.until(() -> !sender.isOpen());
    ended = "seen";
  }

  static void sendAndFail(Sender<Integer> sender) {
    sender.send(1);
    throw new IllegalStateException("broken");
  }

  static void sendAndHalt(Sender<Integer> sender) {
    sender.send(1);
    sender.send(2);
    sender.send(3);
    Runtime.getRuntime().halt(3);
  }

  static void passOn(Sender<Integer> sender) throws Exception {
    Context child = Router.current().connect(InProcess.create().name("grandchild"));
    child.run(ReceiverFunctions::count, sender, 0, 3);
  }

  static Sender<String> open() {
    Receiver<String> receiver = Router.current().receiver();
    Sender<String> sender = receiver.sender();
    Thread thread =
        new Thread(
            () -> {
              for (Reply<String> reply : receiver.replies()) {
                ended = reply.toString();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return sender;
  }

  static void keep(Sender<String> sender) {
    kept = sender;
  }

  static void sendKept(String item) {
    kept.send(item);
  }

  static void die() {
    Runtime.getRuntime().halt(1);
  }

  static int twice(int n) {
    return 2 * n;
  }

  // ---- items

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void itemsArriveInOrderAndIterationEndsWithTheSender() throws Exception {
    Receiver<Integer> receiver = router.receiver();

    child("a").runAsync(ReceiverFunctions::count, receiver.sender(), 0, 10_000);

    assertThat(all(receiver))
        .isEqualTo(IntStream.range(0, 10_000).boxed().collect(Collectors.toList()));
    assertThat(receiver.isEnded()).isTrue();
    assertThatThrownBy(receiver::get)
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("all senders");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void manySendersIntoOneReceiver() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    for (int i = 0; i < 4; i++) {
      Context child = child("c" + i);
      child.runAsync(ReceiverFunctions::count, receiver.sender(), 1000 * i, 1000 * i + 1000);
    }

    Map<Context, Integer> last = new HashMap<>();
    int count = 0;
    for (Reply<Integer> reply : receiver.replies()) {
      Integer before = last.put(reply.context(), reply.get());
      assertThat(reply.get()).isGreaterThan(before == null ? -1 : before);
      count++;
    }

    assertThat(count).isEqualTo(4000);
    assertThat(last.values()).containsExactlyInAnyOrder(999, 1999, 2999, 3999);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void smallAndLargeItemsOfOneSenderKeepTheirOrder() throws Exception {
    Receiver<byte[]> receiver = router.receiver();
    child("a").runAsync(ReceiverTest::countLarge, receiver.sender());

    int[] next = new int[2];
    for (byte[] item : receiver) {
      assertThat(item[1]).isEqualTo((byte) next[item[0]]++);
    }

    assertThat(next).containsExactly(20, 20);
  }

  @Test
  void nullIsAnItem() throws Exception {
    Receiver<Object> receiver = router.receiver();
    try (Sender<Object> sender = receiver.sender()) {
      sender.send(null);
      sender.send(Arrays.asList(1, null));
    }

    assertThat(receiver.poll(Duration.ofSeconds(1)).get()).isNull();
    assertThat(receiver.get()).isEqualTo(Arrays.asList(1, null));
    assertThat(receiver.poll(Duration.ofSeconds(1))).isNull();
  }

  @Test
  void pollWaitsNoLongerThanItMay() {
    Receiver<Object> receiver = router.receiver();
    long began = System.nanoTime();

    assertThat(receiver.poll(Duration.ofMillis(50))).isNull();

    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(50));
    assertThat(receiver.isEnded()).isFalse();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSenderWorksWhereverItIsPassed() throws Exception {
    Receiver<Integer> receiver = router.receiver();

    child("a").runAsync(ReceiverTest::passOn, receiver.sender());

    assertThat(all(receiver)).containsExactly(0, 1, 2);
  }

  @Test
  void siblingsTalkToEachOther() throws Exception {
    Context a = child("a");
    Context b = child("b");

    b.run(ReceiverTest::keep, a.call(ReceiverTest::open));
    b.run(ReceiverTest::sendKept, "hello");

    Await.until(() -> a.call(ReceiverTest::ended).endsWith("hello"));
  }

  @Test
  void anItemOfAnotherTypeIsAFailureOfItsOwn() {
    Receiver<Integer> receiver = router.receiver(Integer.class);
    @SuppressWarnings({"unchecked", "rawtypes"})
    Sender<Object> sender = (Sender) receiver.sender();
    sender.send("text");
    sender.send(7);

    Reply<Integer> first = receiver.poll(Duration.ofSeconds(1));
    assertThat(first.failure())
        .hasMessageContaining("a java.lang.Integer is declared, but a java.lang.String came");
    assertThat(receiver.get()).isEqualTo(7);
  }

  // ---- ends

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void closingTheReceiverEndsASenderThatWaitsForRoom() throws Exception {
    Receiver<byte[]> receiver = router.receiver();
    Context child = child("a");
    ReceiverFunctions.begin(child, receiver);
    receiver.get();

    receiver.close();

    ReceiverFunctions.awaitEnded(child, "closed: master (0)");
    assertThatThrownBy(receiver::get).isInstanceOf(ClosedException.class);
    assertThat(all(receiver)).isEmpty();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSenderThatHasNothingToSendSeesThatTheReceiverIsClosed() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Context child = child("a");
    child.runAsync(ReceiverTest::awaitClosed, receiver.sender());
    assertThat(receiver.poll(Duration.ofMillis(100))).isNull();

    receiver.close();

    Await.until(() -> child.call(ReceiverTest::ended).equals("seen"));
  }

  @Test
  void closingWakesAThreadThatWaits() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    CountDownLatch ended = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              all(receiver);
              ended.countDown();
            });
    thread.start();

    receiver.close();

    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    thread.join();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aContextThatDiesIsReportedBehindItsItems() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Context dies = router.connect(Local.create().name("dies"));
    Context lives = child("lives");
    dies.runAsync(ReceiverTest::sendAndHalt, receiver.sender());
    lives.runAsync(ReceiverFunctions::count, receiver.sender(), 10, 12);

    Map<Context, List<Object>> got = new HashMap<>();
    for (Reply<Integer> reply : receiver.replies()) {
      got.computeIfAbsent(reply.context(), c -> new ArrayList<>())
          .add(reply.failed() ? reply.failure().getClass() : reply.get());
    }

    assertThat(got.get(lives)).containsExactly(10, 11);
    assertThat(got.get(dies)).endsWith(DisconnectedException.class);
    assertThat(got.get(dies).subList(0, got.get(dies).size() - 1))
        .isEqualTo(Arrays.asList(1, 2, 3).subList(0, got.get(dies).size() - 1));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aCallThatFailsEndsTheSendersThatItTook() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    child("a").runAsync(ReceiverTest::sendAndFail, receiver.sender());

    assertThat(receiver.get()).isEqualTo(1);
    assertThatThrownBy(receiver::get)
        .isInstanceOf(CallException.class)
        .hasMessageContaining("broken");
    assertThat(receiver.isEnded()).isTrue();
  }

  static void sendMuchAndFail(Sender<byte[]> sender) {
    for (int i = 0; i < 20; i++) {
      sender.send(new byte[10_000]);
    }
    throw new IllegalStateException("broken");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theFailureOfASenderOvertakesNoneOfItsItems() throws Exception {
    Context a = child("a");
    for (int i = 0; i < 10; i++) {
      List<Receiver<byte[]>> receivers = new ArrayList<>();
      for (int n = 0; n < 20; n++) { // so that items queue at the link
        Receiver<byte[]> receiver = router.receiver();
        a.runAsync(ReceiverTest::sendMuchAndFail, receiver.sender());
        receivers.add(receiver);
      }
      for (Receiver<byte[]> receiver : receivers) {
        for (int n = 0; n < 20; n++) {
          assertThat(receiver.get()).hasSize(10_000);
        }
        assertThatThrownBy(receiver::get).isInstanceOf(CallException.class);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSenderForAContextThatIsGoneEnds() throws Exception {
    Context gone = router.connect(Local.create().name("gone"));
    gone.runAsync(ReceiverTest::die);
    Await.until(() -> !router.contexts().contains(gone));
    Receiver<Integer> receiver = router.receiver();

    gone.runAsync(ReceiverFunctions::count, receiver.sender(), 0, 1);

    assertThat(all(receiver.replies())).hasSize(1).allMatch(Reply::failed);
  }

  private static Receiver<String> forParents;

  static List<Sender<String>> openForParents() {
    forParents = Router.current().receiver(String.class, Policy.parents());
    return Arrays.asList(forParents.sender(), forParents.sender());
  }

  static String fromParents() {
    return forParents.get();
  }

  @Test
  void parentsOnlyMayBeLetIn() throws Exception {
    Context a = child("a");
    Context b = child("b");
    List<Sender<String>> senders = a.call(ReceiverTest::openForParents);

    b.run(ReceiverTest::keep, senders.get(1));
    refused(b);
    senders.get(0).send("from above");
    assertThat(a.call(ReceiverTest::fromParents)).isEqualTo("from above");
  }

  private static void refused(Context by) throws Exception {
    Await.until(
        () -> {
          try {
            by.run(ReceiverTest::sendKept, "more");
            return false;
          } catch (CallException e) {
            return e.getMessage().contains("refused");
          }
        });
  }

  @Test
  void aPolicyKeepsOthersOut() throws Exception {
    Context a = child("a");
    Context b = child("b");
    Receiver<String> receiver = router.receiver(String.class, Policy.only(a));

    b.run(ReceiverTest::keep, receiver.sender());
    a.run(ReceiverTest::keep, receiver.sender());
    a.run(ReceiverTest::sendKept, "welcome");

    assertThat(receiver.get()).isEqualTo("welcome");
    refused(b);
  }

  // ---- selects

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSelectTakesReceiversToo() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Context child = child("a");
    Select<Integer> select =
        Select.<Integer>create().add(receiver).add(child.callAsync(ReceiverTest::twice, 50));
    child.runAsync(ReceiverFunctions::count, receiver.sender(), 0, 3);

    List<Integer> got = new ArrayList<>();
    select.forEach(reply -> got.add(reply.get()));

    assertThat(got).containsExactlyInAnyOrder(100, 0, 1, 2);
  }

  @Test
  void aSelectGivesWhatReceiversGotUntilTheDeadline() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    receiver.sender().send(5);

    List<Integer> got = new ArrayList<>();
    Select.<Integer>create()
        .within(Duration.ofMillis(100))
        .add(receiver)
        .forEach(reply -> got.add(reply.get()));

    assertThat(got).containsExactly(5);
    assertThat(receiver.isEnded()).isFalse();
  }

  // ---- room

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSlowReaderSlowsItsSenderAndNobodyElse() throws Exception {
    Context child = child("a");
    Receiver<byte[]> slow = router.receiver();
    ReceiverFunctions.begin(child, slow);
    slow.get();
    long[] before = {-1};
    Await.until(
        () -> {
          long now = child.call(ReceiverFunctions::sent);
          boolean stands = now == before[0] && now > 100_000;
          before[0] = now;
          return stands;
        });
    assertThat(before[0]).isBetween(100_000L, 400_000L);

    Receiver<Integer> other = router.receiver();
    child.runAsync(ReceiverFunctions::count, other.sender(), 0, 100_000);

    assertThat(all(other)).hasSize(100_000);
    assertThat(child.call(ReceiverFunctions::sent)).isEqualTo(before[0]);
    slow.close();
  }
}
