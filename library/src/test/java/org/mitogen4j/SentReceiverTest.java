package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** A receiver that is sent to another context works there. */
@Timeout(60)
@MitogenTest
class SentReceiverTest {
  private Router router;

  @BeforeEach
  void use(Router router) {
    this.router = router;
  }

  private Context child(String name) throws Exception {
    return router.connect(InProcess.create().name(name));
  }

  private static List<Integer> upTo(int n) {
    return IntStream.range(0, n).boxed().collect(Collectors.toList());
  }

  // ---- what runs in the children

  private static final AtomicInteger TAKEN = new AtomicInteger();
  private static volatile String ended = "not yet";
  private static volatile Receiver<?> kept;

  record Item(int number, List<String> names) {}

  record Task(String name, Receiver<Item> items) {}

  static void count(Sender<Integer> sender, int from, int to) {
    try (Sender<Integer> s = sender) {
      for (int i = from; i < to; i++) {
        s.send(i);
      }
    }
  }

  static List<Integer> all(Receiver<Integer> receiver) {
    List<Integer> list = new ArrayList<>();
    receiver.forEach(list::add);
    return list;
  }

  /** What came, with the contexts that it came from, failures too. */
  static List<String> replies(Receiver<Integer> receiver) {
    List<String> list = new ArrayList<>();
    for (Reply<Integer> reply : receiver.replies()) {
      list.add(
          reply.context()
              + ": "
              + (reply.failed()
                  ? reply.failure().getClass().getSimpleName() + ", " + reply.failure().getMessage()
                  : reply.get()));
    }
    return list;
  }

  static List<Integer> allBelow(Receiver<Integer> receiver) throws Exception {
    Context below = Router.current().connect(Local.create().name("below"));
    return below.call(SentReceiverTest::all, receiver);
  }

  static List<Integer> someAndTheRestBelow(Receiver<Integer> receiver) throws Exception {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      list.add(receiver.get());
    }
    Context below = Router.current().connect(InProcess.create().name("below"));
    list.addAll(below.call(SentReceiverTest::all, receiver));
    return list;
  }

  static Receiver<Item> items() {
    Router here = Router.current();
    Receiver<Item> receiver = here.receiver(Item.class);
    try (Sender<Item> sender = receiver.sender()) {
      for (int i = 0; i < 100; i++) {
        sender.send(new Item(i, Arrays.asList("a", "b" + i)));
      }
    }
    return receiver;
  }

  static int sum(Task task) {
    int sum = 0;
    for (Item item : task.items()) {
      sum += item.number();
    }
    return sum;
  }

  static void forever(Sender<byte[]> sender) {
    try {
      for (; ; ) {
        sender.send(new byte[1000]);
        TAKEN.incrementAndGet();
      }
    } catch (ClosedException e) {
      ended = e.getMessage();
    }
  }

  static String ended() {
    return ended;
  }

  static void takeOneAndClose(Receiver<?> receiver) {
    receiver.get();
    receiver.close();
  }

  static void closeAtOnce(Receiver<?> receiver) {
    receiver.close();
  }

  static void takeOneAndDie(Receiver<?> receiver) {
    receiver.get();
    Runtime.getRuntime().halt(1);
  }

  static void fail(Receiver<?> receiver) {
    throw new IllegalStateException("broken");
  }

  static void keep(Receiver<?> receiver) {
    kept = receiver;
  }

  static void halt() {
    Runtime.getRuntime().halt(1);
  }

  static int inASelect(Receiver<Integer> receiver, Context other) {
    Select<Integer> select =
        Select.<Integer>create().add(receiver).add(other.callAsync(SentReceiverTest::ten));
    int sum = 0;
    for (Reply<Integer> reply : select) {
      sum += reply.get();
    }
    return sum;
  }

  static int ten() {
    return 10;
  }

  // ---- where it arrives

  @Test
  void whatComesHereIsTakenThereInItsOrder() throws Exception {
    Context child = child("a");
    Receiver<Integer> receiver = router.receiver(Integer.class);
    Sender<Integer> sender = receiver.sender();
    sender.send(0);
    Call<List<Integer>> taken = child.callAsync(SentReceiverTest::all, receiver);
    count(sender, 1, 50_000);

    assertThat(taken.get(30, TimeUnit.SECONDS)).isEqualTo(upTo(50_000));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void soItDoesFromOneJvmToAnother() throws Exception {
    Context from = router.connect(Local.create().name("from"));
    Context to = router.connect(Local.create().name("to"));
    Receiver<Integer> receiver = router.receiver();
    from.runAsync(SentReceiverTest::count, receiver.sender(), 0, 5000);

    assertThat(to.call(SentReceiverTest::replies, receiver))
        .hasSize(5000)
        .startsWith("from (1): 0", "from (1): 1")
        .endsWith("from (1): 4999");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void itMayBeSentOnBeforeItIsUsed() throws Exception {
    Context child = router.connect(Local.create().name("between"));
    Receiver<Integer> receiver = router.receiver();
    router.self().runAsync(SentReceiverTest::count, receiver.sender(), 0, 1000);

    assertThat(child.call(SentReceiverTest::allBelow, receiver)).isEqualTo(upTo(1000));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void itMayBeSentOnWhenSomeItemsAreTaken() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    child("b").runAsync(SentReceiverTest::count, receiver.sender(), 0, 20_000);

    assertThat(child("a").call(SentReceiverTest::someAndTheRestBelow, receiver))
        .isEqualTo(upTo(20_000));
  }

  @Test
  void itCanBeAResultWithAGenericType() throws Exception {
    Receiver<Item> receiver = router.connect(Local.create()).call(SentReceiverTest::items);
    int number = 0;
    for (Item item : receiver) {
      assertThat(item).isEqualTo(new Item(number, Arrays.asList("a", "b" + number)));
      number++;
    }
    assertThat(number).isEqualTo(100);
    assertThat(receiver.isEnded()).isTrue();
  }

  @Test
  void itCanBePartOfARecord() throws Exception {
    Receiver<Item> receiver = router.receiver(Item.class);
    try (Sender<Item> sender = receiver.sender()) {
      sender.send(new Item(7, Arrays.asList()));
      sender.send(new Item(8, Arrays.asList()));
    }

    assertThat(child("a").call(SentReceiverTest::sum, new Task("t", receiver))).isEqualTo(15);
  }

  /** Can't go by Java serialization, which is tried first. */
  static final class Holder implements Serializable {
    private static final long serialVersionUID = 1;

    private Receiver<Item> items;
    private Item notSerializable;
  }

  static int sumOf(Holder holder) {
    return holder.notSerializable.number() + sum(new Task("", holder.items));
  }

  @Test
  void itCanBePartOfAnObjectThatIsWrittenTwice() throws Exception {
    Receiver<Item> receiver = router.receiver(Item.class);
    try (Sender<Item> sender = receiver.sender()) {
      sender.send(new Item(7, Arrays.asList()));
    }
    Holder holder = new Holder();
    holder.items = receiver;
    holder.notSerializable = new Item(1, Arrays.asList());

    assertThat(child("a").call(SentReceiverTest::sumOf, holder)).isEqualTo(8);
  }

  @Test
  void aLambdaMayCaptureIt() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    count(receiver.sender(), 0, 10);

    assertThat(child("a").call(() -> all(receiver))).isEqualTo(upTo(10));
  }

  @Test
  void itCanBeAnItem() throws Exception {
    Context child = child("a");
    Receiver<Receiver<Integer>> outer = router.receiver();
    Receiver<Integer> inner = router.receiver();
    Call<List<Integer>> taken = child.callAsync(SentReceiverTest::ofTheFirst, outer);
    outer.sender().send(inner);
    count(inner.sender(), 0, 10);

    assertThat(taken.get(30, TimeUnit.SECONDS)).isEqualTo(upTo(10));
  }

  static List<Integer> ofTheFirst(Receiver<Receiver<Integer>> receiver) {
    return all(receiver.get());
  }

  @Test
  void siblingsUseItWithoutWhoHandsItOn() throws Exception {
    Context a = router.connect(Local.create().name("a"));
    Context b = router.connect(Local.create().name("b"));

    Receiver<Item> receiver = a.call(SentReceiverTest::items);

    assertThat(b.call(SentReceiverTest::sum, new Task("t", receiver))).isEqualTo(4950);
    assertThatThrownBy(receiver::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was sent to b (2)");
    assertThatThrownBy(receiver::sender).isInstanceOf(IllegalStateException.class);
  }

  private static volatile Sender<Integer> sender;

  static Receiver<Integer> opened() {
    Receiver<Integer> receiver = Router.current().receiver();
    sender = receiver.sender();
    return receiver;
  }

  static boolean isOpen() {
    return sender.isOpen();
  }

  static void ask(Receiver<Integer> receiver) {
    kept = receiver;
    receiver.poll(Duration.ZERO);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfASiblingThatReadsIsNoticed() throws Exception {
    Context a = child("between").connect(InProcess.create().name("a"));
    Context b = router.connect(Local.create().name("b"));
    b.run(SentReceiverTest::ask, a.call(SentReceiverTest::opened));
    assertThat(a.call(SentReceiverTest::isOpen)).isTrue();

    b.runAsync(SentReceiverTest::halt);

    Await.until(() -> !a.call(SentReceiverTest::isOpen));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfASiblingThatItComesFromIsNoticed() throws Exception {
    Context a = router.connect(Local.create().name("a"));
    Context b = child("between").connect(InProcess.create().name("b"));
    Receiver<Integer> receiver = a.call(SentReceiverTest::opened);
    b.run(SentReceiverTest::ask, receiver);

    a.runAsync(SentReceiverTest::halt);

    assertThatThrownBy(() -> b.call(SentReceiverTest::take, 1))
        .hasMessageContaining("DisconnectedException: a (1)");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void itCanBeSentToItsOwnContext() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    child("a").runAsync(SentReceiverTest::count, receiver.sender(), 0, 1000);

    assertThat(router.self().call(SentReceiverTest::all, receiver)).isEqualTo(upTo(1000));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void itWorksInASelectThere() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Context child = child("a");
    child("b").runAsync(SentReceiverTest::count, receiver.sender(), 0, 5);
    Context below = child.connect(InProcess.create());

    assertThat(child.call(SentReceiverTest::inASelect, receiver, below)).isEqualTo(20);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void sendersThatAreMadeLaterReachTheOtherSide() throws Exception {
    Context child = child("a");
    Receiver<Integer> receiver = router.receiver();
    Call<List<Integer>> taken = child.callAsync(SentReceiverTest::all, receiver);
    for (int i = 0; i < 3; i++) {
      Sender<Integer> next = receiver.sender();
      next.send(i);
      if (i == 2) {
        next.close();
      } else {
        child("c" + i).runAsync(SentReceiverTest::count, next, 0, 0);
      }
    }

    assertThat(taken.get(30, TimeUnit.SECONDS)).isEqualTo(upTo(3));
  }

  // ---- where it was

  @Test
  void hereItCanOnlyBeClosedAndAskedForSenders() throws Exception {
    Context child = child("a");
    Receiver<Object> receiver = router.receiver();
    child.run(SentReceiverTest::keep, receiver);

    List<Runnable> takes =
        Arrays.asList(
            receiver::get,
            () -> receiver.poll(Duration.ZERO),
            () -> receiver.iterator().next(),
            () -> receiver.replies().iterator().next(),
            () -> Select.create().add(receiver));
    for (Runnable take : takes) {
      assertThatThrownBy(take::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this receiver was sent to a (1): take its items there");
    }
    assertThatThrownBy(() -> child.run(SentReceiverTest::keep, receiver))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was sent to a (1)");
    receiver.sender().close();
    receiver.close();
    assertThatThrownBy(receiver::sender).isInstanceOf(ClosedException.class);
  }

  @Test
  void whoWaitsHereIsTold() throws Exception {
    Context child = child("a");
    Receiver<Object> receiver = router.receiver();
    List<Throwable> told = new ArrayList<>();
    Thread waits =
        new Thread(
            () -> {
              try {
                receiver.get();
              } catch (IllegalStateException e) {
                told.add(e);
              }
            });
    waits.start();
    Await.until(() -> waits.getState() == Thread.State.WAITING);

    child.run(SentReceiverTest::keep, receiver);

    waits.join(20_000);
    assertThat(told).hasSize(1);
    receiver.close();
  }

  @Test
  void whatCanNotBeSentLeavesItHere() throws Exception {
    Context child = child("a");
    Receiver<Integer> receiver = router.receiver();
    count(receiver.sender(), 0, 3);

    assertThatThrownBy(
            () -> child.run(SentReceiverTest::two, (Receiver<?>) receiver, (Object) new Thread()))
        .isInstanceOf(IllegalArgumentException.class);
    Select<Integer> select = Select.<Integer>create().add(receiver);
    assertThatThrownBy(() -> child.call(SentReceiverTest::all, receiver))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("select");
    select.close();

    assertThat(all(receiver)).isEqualTo(upTo(3));
  }

  static void two(Receiver<?> receiver, Object other) {}

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  private static void begin(Context from, Receiver<byte[]> receiver) throws Exception {
    from.runAsync(SentReceiverTest::forever, receiver.sender());
    Await.until(() -> from.call(SentReceiverTest::sent) > 0);
  }

  // ---- the pace

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aSlowReaderThereSlowsTheSender(int hops) throws Exception {
    Context from = child("from");
    Context to = router.self();
    for (int i = 0; i < hops; i++) {
      to = to.connect(InProcess.create());
    }
    Receiver<byte[]> receiver = router.receiver();
    begin(from, receiver);
    to.run(SentReceiverTest::keep, receiver);
    for (int i = 1; i <= 3; i++) {
      assertThat(to.call(SentReceiverTest::take, 200)).isEqualTo(200);
      int[] before = {-1};
      Await.until(
          () -> {
            int now = from.call(SentReceiverTest::sent);
            boolean stands = now == before[0];
            before[0] = now;
            Thread.sleep(50);
            return stands;
          });
      assertThat(before[0]).isBetween(200 * i + 200, 200 * i + 800);
    }
    receiver.close();
    Await.until(() -> from.call(SentReceiverTest::ended).contains("closed"));
  }

  static int take(int n) {
    for (int i = 0; i < n; i++) {
      kept.get();
    }
    return n;
  }

  static int sent() {
    return TAKEN.get();
  }

  static void large(Sender<byte[]> sender) {
    for (int i = 0; i < 20; i++) {
      byte[] item = new byte[i % 3 == 0 ? 1_000_000 : 10];
      item[0] = (byte) i;
      sender.send(item);
    }
    sender.close();
  }

  static List<Integer> sizes(Receiver<byte[]> receiver) {
    List<Integer> sizes = new ArrayList<>();
    receiver.forEach(item -> sizes.add(item.length + item[0]));
    return sizes;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void smallAndLargeItemsKeepTheirOrder() throws Exception {
    Receiver<byte[]> receiver = router.receiver();
    child("a").runAsync(SentReceiverTest::large, receiver.sender());

    assertThat(child("b").call(SentReceiverTest::sizes, receiver))
        .isEqualTo(
            IntStream.range(0, 20)
                .mapToObj(i -> (i % 3 == 0 ? 1_000_000 : 10) + i)
                .collect(Collectors.toList()));
  }

  // ---- ends

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void closingItThereEndsTheSenders() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    begin(from, receiver);

    child("to").runAsync(SentReceiverTest::takeOneAndClose, receiver);

    Await.until(() -> !from.call(SentReceiverTest::ended).equals("not yet"));
    assertThat(from.call(SentReceiverTest::ended)).contains("the receiver is closed");
    Await.until(receiver::isEnded);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void soDoesClosingItThereUnused() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    begin(from, receiver);

    child("to").runAsync(SentReceiverTest::closeAtOnce, receiver);

    Await.until(() -> from.call(SentReceiverTest::ended).contains("the receiver is closed"));
  }

  @Test
  void closingItHereEndsItThere() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    final Sender<Integer> sender = receiver.sender();
    Call<List<Integer>> taken = child("a").callAsync(SentReceiverTest::all, receiver);
    sender.send(5);
    Thread.sleep(50); // or it may be dropped

    receiver.close();

    assertThat(taken.get(20, TimeUnit.SECONDS)).isIn(Arrays.asList(5), Arrays.asList());
    Await.until(() -> !sender.isOpen());
  }

  @Test
  void closingItHereBeforeItIsUsedEndsItThere() throws Exception {
    Context child = child("a");
    Receiver<Object> receiver = router.receiver();
    receiver.sender().send("unread");
    child.run(SentReceiverTest::keep, receiver);

    receiver.close();
    Await.until(receiver::isEnded);

    assertThatThrownBy(() -> child.call(SentReceiverTest::take, 1))
        .hasMessageContaining("ClosedException");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSenderThatIsGoneIsReportedThereInItsPlace() throws Exception {
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<Integer> receiver = router.receiver();
    Call<List<String>> taken = child("a").callAsync(SentReceiverTest::replies, receiver);
    dies.runAsync(SentReceiverTest::sendOneAndDie, receiver.sender());

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
  void aCallThatFailsIsReportedThere() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Call<List<String>> taken = child("a").callAsync(SentReceiverTest::replies, receiver);
    child("b").runAsync(SentReceiverTest::sendOneAndFail, receiver.sender());

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
    begin(from, receiver);

    router.connect(Local.create().name("dies")).runAsync(SentReceiverTest::takeOneAndDie, receiver);

    Await.until(() -> from.call(SentReceiverTest::ended).contains("to dies ("));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfAReaderThatHasNotBegunEndsTheSenders() throws Exception {
    Context from = child("from");
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<byte[]> receiver = router.receiver();
    begin(from, receiver);
    dies.run(SentReceiverTest::keep, receiver);

    dies.runAsync(SentReceiverTest::halt);

    Await.until(() -> from.call(SentReceiverTest::ended).contains("to dies ("));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theFailureOfTheCallThatTookItEndsTheSenders() throws Exception {
    Context from = child("from");
    Receiver<byte[]> receiver = router.receiver();
    begin(from, receiver);

    child("to").runAsync(SentReceiverTest::fail, receiver);

    Await.until(() -> from.call(SentReceiverTest::ended).contains("broken"));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfWhereItComesFromIsReportedThere() throws Exception {
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<String> receiver = dies.call(SentReceiverTest::openAndHold);
    assertThat(receiver.get()).isEqualTo("first");
    dies.runAsync(SentReceiverTest::halt);

    assertThatThrownBy(receiver::get)
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("dies (1)");
    assertThatThrownBy(receiver::get).isInstanceOf(ClosedException.class);
    assertThat(receiver.isEnded()).isTrue();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void soItIsWhenThatHasDiedBeforeTheFirstUse() throws Exception {
    Context dies = router.connect(Local.create().name("dies"));
    Receiver<String> receiver = dies.call(SentReceiverTest::openAndHold);
    dies.runAsync(SentReceiverTest::halt);
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
  void closingTheRouterWakesWhoWaitsThere() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    receiver.sender();
    Context child = child("a");
    Call<List<Integer>> taken = child.callAsync(SentReceiverTest::all, receiver);
    Await.until(() -> receiverIsGone(receiver));

    router.close();

    assertThatThrownBy(() -> taken.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(DisconnectedException.class);
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
