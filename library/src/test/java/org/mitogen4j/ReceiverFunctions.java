package org.mitogen4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Functions that run in children, with receivers and senders that were sent to them. */
final class ReceiverFunctions {
  /** Bytes of each item that {@link #forever} sends. */
  static final int SIZE = 1000;

  private static final AtomicInteger TAKEN = new AtomicInteger();
  private static final AtomicLong SENT = new AtomicLong();
  private static volatile String ended = "not yet";
  private static volatile Receiver<?> kept;

  private ReceiverFunctions() {}

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
    for (Integer item : receiver) {
      list.add(item);
      TAKEN.incrementAndGet();
    }
    return list;
  }

  /** The number of items that {@link #all} has taken in this context. */
  static int taken() {
    return TAKEN.get();
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
    return below.call(ReceiverFunctions::all, receiver);
  }

  static List<Integer> someAndTheRestBelow(Receiver<Integer> receiver) throws Exception {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      list.add(receiver.get());
    }
    Context below = Router.current().connect(InProcess.create().name("below"));
    list.addAll(below.call(ReceiverFunctions::all, receiver));
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

  /** Sends items of {@link #SIZE} bytes until the receiver takes no more. */
  static void forever(Sender<byte[]> sender) {
    try {
      for (; ; ) {
        sender.send(new byte[SIZE]);
        SENT.addAndGet(SIZE);
      }
    } catch (ClosedException e) {
      ended = "closed: " + e.getMessage();
    } catch (DisconnectedException e) {
      ended = "disconnected: " + e.getMessage();
    }
  }

  private static String ended() {
    return ended;
  }

  /** Waits until {@link #forever} has ended in a context, for a reason with this text. */
  static void awaitEnded(Context from, String text) throws Exception {
    Await.until(() -> from.call(ReceiverFunctions::ended).contains(text));
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
        Select.<Integer>create().add(receiver).add(other.callAsync(ReceiverFunctions::ten));
    int sum = 0;
    for (Reply<Integer> reply : select) {
      sum += reply.get();
    }
    return sum;
  }

  static int ten() {
    return 10;
  }

  static int take(int n) {
    for (int i = 0; i < n; i++) {
      kept.get();
    }
    return n;
  }

  /** The number of bytes that {@link #forever} has sent in this context. */
  static long sent() {
    return SENT.get();
  }

  /** Has a context send without an end; returns when it has begun. */
  @SuppressWarnings("FutureReturnValueIgnored") // the tests look at what the call does
  static void begin(Context from, Receiver<byte[]> receiver) throws Exception {
    from.runAsync(ReceiverFunctions::forever, receiver.sender());
    Await.until(() -> from.call(ReceiverFunctions::sent) > 0);
  }
}
