package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  // ---- where it arrives

  @Test
  void itemsAreTakenInTheOtherContextInTheirOrder() throws Exception {
    Context child = child("a");
    Receiver<Integer> receiver = router.receiver(Integer.class);
    Sender<Integer> sender = receiver.sender();
    sender.send(0);
    Call<List<Integer>> taken = child.callAsync(ReceiverFunctions::all, receiver);
    ReceiverFunctions.count(sender, 1, 50_000);

    assertThat(taken.get(30, TimeUnit.SECONDS)).isEqualTo(upTo(50_000));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void itemsGoFromOneJvmToAnotherInTheirOrder() throws Exception {
    Context from = router.connect(Local.create().name("from"));
    Context to = router.connect(Local.create().name("to"));
    Receiver<Integer> receiver = router.receiver();
    from.runAsync(ReceiverFunctions::count, receiver.sender(), 0, 5000);

    assertThat(to.call(ReceiverFunctions::replies, receiver))
        .hasSize(5000)
        .startsWith("from (1): 0", "from (1): 1")
        .endsWith("from (1): 4999");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSentReceiverMayBeSentOnBeforeItIsUsed() throws Exception {
    Context child = router.connect(Local.create().name("between"));
    Receiver<Integer> receiver = router.receiver();
    router.self().runAsync(ReceiverFunctions::count, receiver.sender(), 0, 1000);

    assertThat(child.call(ReceiverFunctions::allBelow, receiver)).isEqualTo(upTo(1000));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSentReceiverMayBeSentOnWhenSomeItemsAreTaken() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    child("b").runAsync(ReceiverFunctions::count, receiver.sender(), 0, 20_000);

    assertThat(child("a").call(ReceiverFunctions::someAndTheRestBelow, receiver))
        .isEqualTo(upTo(20_000));
  }

  @Test
  void aSentReceiverCanBeAResultWithAGenericType() throws Exception {
    Receiver<ReceiverFunctions.Item> receiver =
        router.connect(Local.create()).call(ReceiverFunctions::items);
    int number = 0;
    for (ReceiverFunctions.Item item : receiver) {
      assertThat(item)
          .isEqualTo(new ReceiverFunctions.Item(number, Arrays.asList("a", "b" + number)));
      number++;
    }
    assertThat(number).isEqualTo(100);
    assertThat(receiver.isEnded()).isTrue();
  }

  @Test
  void aSentReceiverCanBePartOfARecord() throws Exception {
    Receiver<ReceiverFunctions.Item> receiver = router.receiver(ReceiverFunctions.Item.class);
    try (Sender<ReceiverFunctions.Item> sender = receiver.sender()) {
      sender.send(new ReceiverFunctions.Item(7, Arrays.asList()));
      sender.send(new ReceiverFunctions.Item(8, Arrays.asList()));
    }

    assertThat(child("a").call(ReceiverFunctions::sum, new ReceiverFunctions.Task("t", receiver)))
        .isEqualTo(15);
  }

  /** Can't go by Java serialization, which is tried first. */
  static final class Holder implements Serializable {
    private static final long serialVersionUID = 1;

    private Receiver<ReceiverFunctions.Item> items;
    private ReceiverFunctions.Item notSerializable;
  }

  static int sumOf(Holder holder) {
    return holder.notSerializable.number()
        + ReceiverFunctions.sum(new ReceiverFunctions.Task("", holder.items));
  }

  @Test
  void aSentReceiverCanBePartOfAnObjectThatIsWrittenTwice() throws Exception {
    Receiver<ReceiverFunctions.Item> receiver = router.receiver(ReceiverFunctions.Item.class);
    try (Sender<ReceiverFunctions.Item> sender = receiver.sender()) {
      sender.send(new ReceiverFunctions.Item(7, Arrays.asList()));
    }
    Holder holder = new Holder();
    holder.items = receiver;
    holder.notSerializable = new ReceiverFunctions.Item(1, Arrays.asList());

    assertThat(child("a").call(SentReceiverTest::sumOf, holder)).isEqualTo(8);
  }

  @Test
  void aLambdaMayCaptureAReceiver() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    ReceiverFunctions.count(receiver.sender(), 0, 10);

    assertThat(child("a").call(() -> ReceiverFunctions.all(receiver))).isEqualTo(upTo(10));
  }

  @Test
  void aSentReceiverCanBeAnItem() throws Exception {
    Context child = child("a");
    Receiver<Receiver<Integer>> outer = router.receiver();
    Receiver<Integer> inner = router.receiver();
    Call<List<Integer>> taken = child.callAsync(SentReceiverTest::ofTheFirst, outer);
    outer.sender().send(inner);
    ReceiverFunctions.count(inner.sender(), 0, 10);

    assertThat(taken.get(30, TimeUnit.SECONDS)).isEqualTo(upTo(10));
  }

  static List<Integer> ofTheFirst(Receiver<Receiver<Integer>> receiver) {
    return ReceiverFunctions.all(receiver.get());
  }

  @Test
  void siblingsUseAReceiverWithoutTheContextThatHandedItOn() throws Exception {
    Context a = router.connect(Local.create().name("a"));
    Context b = router.connect(Local.create().name("b"));

    Receiver<ReceiverFunctions.Item> receiver = a.call(ReceiverFunctions::items);

    assertThat(b.call(ReceiverFunctions::sum, new ReceiverFunctions.Task("t", receiver)))
        .isEqualTo(4950);
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
    ReceiverFunctions.keep(receiver);
    receiver.poll(Duration.ZERO);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfASiblingThatReadsIsNoticed() throws Exception {
    Context a = child("between").connect(InProcess.create().name("a"));
    Context b = router.connect(Local.create().name("b"));
    b.run(SentReceiverTest::ask, a.call(SentReceiverTest::opened));
    assertThat(a.call(SentReceiverTest::isOpen)).isTrue();

    b.runAsync(ReceiverFunctions::halt);

    Await.until(() -> !a.call(SentReceiverTest::isOpen));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void theDeathOfASiblingWithTheReceiverIsNoticed() throws Exception {
    Context a = router.connect(Local.create().name("a"));
    Context b = child("between").connect(InProcess.create().name("b"));
    Receiver<Integer> receiver = a.call(SentReceiverTest::opened);
    b.run(SentReceiverTest::ask, receiver);

    a.runAsync(ReceiverFunctions::halt);

    assertThatThrownBy(() -> b.call(ReceiverFunctions::take, 1))
        .hasMessageContaining("DisconnectedException: a (1)");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSentReceiverCanBeSentToItsOwnContext() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    child("a").runAsync(ReceiverFunctions::count, receiver.sender(), 0, 1000);

    assertThat(router.self().call(ReceiverFunctions::all, receiver)).isEqualTo(upTo(1000));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSentReceiverWorksInASelect() throws Exception {
    Receiver<Integer> receiver = router.receiver();
    Context child = child("a");
    child("b").runAsync(ReceiverFunctions::count, receiver.sender(), 0, 5);
    Context below = child.connect(InProcess.create());

    assertThat(child.call(ReceiverFunctions::inASelect, receiver, below)).isEqualTo(20);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void sendersThatAreMadeLaterReachTheOtherSide() throws Exception {
    Context child = child("a");
    Receiver<Integer> receiver = router.receiver();
    Call<List<Integer>> taken = child.callAsync(ReceiverFunctions::all, receiver);
    for (int i = 0; i < 3; i++) {
      Sender<Integer> next = receiver.sender();
      next.send(i);
      if (i == 2) {
        next.close();
      } else {
        child("c" + i).runAsync(ReceiverFunctions::count, next, 0, 0);
      }
    }

    assertThat(taken.get(30, TimeUnit.SECONDS)).isEqualTo(upTo(3));
  }

  // ---- where it was

  @Test
  void aSentReceiverCanOnlyBeClosedAndAskedForSendersHere() throws Exception {
    Context child = child("a");
    Receiver<Object> receiver = router.receiver();
    child.run(ReceiverFunctions::keep, receiver);

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
    assertThatThrownBy(() -> child.run(ReceiverFunctions::keep, receiver))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was sent to a (1)");
    receiver.sender().close();
    receiver.close();
    assertThatThrownBy(receiver::sender).isInstanceOf(ClosedException.class);
  }

  @Test
  void aThreadThatWaitsHereGetsAnException() throws Exception {
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

    child.run(ReceiverFunctions::keep, receiver);

    waits.join(20_000);
    assertThat(told).hasSize(1);
    receiver.close();
  }

  @Test
  void aReceiverInAMessageThatCanNotBeSentStaysHere() throws Exception {
    Context child = child("a");
    Receiver<Integer> receiver = router.receiver();
    ReceiverFunctions.count(receiver.sender(), 0, 3);

    assertThatThrownBy(
            () -> child.run(SentReceiverTest::two, (Receiver<?>) receiver, (Object) new Thread()))
        .isInstanceOf(IllegalArgumentException.class);
    Select<Integer> select = Select.<Integer>create().add(receiver);
    assertThatThrownBy(() -> child.call(ReceiverFunctions::all, receiver))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("select");
    select.close();

    assertThat(ReceiverFunctions.all(receiver)).isEqualTo(upTo(3));
  }

  static void two(Receiver<?> receiver, Object other) {}

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does

  // ---- the pace

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aSlowReaderInAnotherContextSlowsTheSender(int hops) throws Exception {
    Context from = child("from");
    Context to = router.self();
    for (int i = 0; i < hops; i++) {
      to = to.connect(InProcess.create());
    }
    Receiver<byte[]> receiver = router.receiver();
    ReceiverFunctions.begin(from, receiver);
    to.run(ReceiverFunctions::keep, receiver);
    for (int i = 1; i <= 3; i++) {
      assertThat(to.call(ReceiverFunctions::take, 200)).isEqualTo(200);
      long sent =
          Await.untilSteady(50, () -> from.call(ReceiverFunctions::sent) / ReceiverFunctions.SIZE);
      assertThat(sent).isBetween(200L * i + 200, 200L * i + 800);
    }
    receiver.close();
    ReceiverFunctions.awaitEnded(from, "closed");
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
}
