package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.connect.Local;

/** Trees of real processes that their contexts grow by themselves. */
@Timeout(120)
class ProcessesTest {
  // ---- what runs in the children

  private static final List<Context> STARTED = new ArrayList<>();
  private static Receiver<String> receiver;
  private static Sender<String> kept;

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static int self() {
    return Router.current().self().id();
  }

  /** Starts children on its own, and has each start one more. */
  static List<Context> grow(int children, int depth) throws Exception {
    List<Context> all = new ArrayList<>();
    for (int i = 0; i < children; i++) {
      Context child = Router.current().connect(Local.create().name("c" + depth + i));
      STARTED.add(child);
      all.add(child);
      if (depth > 1) {
        all.addAll(child.call(ProcessesTest::grow, 1, depth - 1));
      }
    }
    return all;
  }

  static Sender<String> open() {
    receiver = Router.current().receiver(String.class);
    return receiver.sender();
  }

  static String take() {
    return receiver.get();
  }

  static void send(Sender<String> to, String item) {
    to.send(item + " from " + Router.current().self().id());
  }

  static void keep(Sender<String> to) {
    kept = to;
  }

  static void sendKept(String item) {
    send(kept, item);
  }

  /** Hands what it was given to its own child. */
  static void passOn(Sender<String> to, String item) throws Exception {
    STARTED.get(0).run(ProcessesTest::send, to, item);
  }

  static void count(Sender<Integer> to, int n) {
    try (Sender<Integer> sender = to) {
      for (int i = 0; i < n; i++) {
        sender.send(i);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  static long sum(int n, Context producer) {
    Receiver<Integer> numbers = Router.current().receiver(Integer.class);
    // only a parent may call: the producer is below this context
    producer.runAsync(ProcessesTest::count, numbers.sender(), n);
    long sum = 0;
    for (int i : numbers) {
      sum += i;
    }
    return sum;
  }

  static long sumOfFirst(int n) {
    return sum(n, STARTED.get(0));
  }

  static String call(Context context) {
    return context.name() + " is " + context.call(ProcessesTest::self);
  }

  static String refusal(Context context) {
    try {
      return call(context);
    } catch (RuntimeException e) {
      return e.getMessage();
    }
  }

  // ---- the tests

  @Test
  void contextsThatStartChildrenOnTheirOwnGiveEachAnIdOfItsOwn() throws Exception {
    try (Router router = Router.create()) {
      List<Context> all = new ArrayList<>();
      List<Call<List<Context>>> growing = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Context child = router.connectAsync(Local.create().name("top" + i));
        all.add(child);
        growing.add(child.callAsync(ProcessesTest::grow, 2, 2));
      }
      for (Call<List<Context>> call : growing) {
        all.addAll(call.get(60, TimeUnit.SECONDS));
      }

      assertThat(all).hasSize(3 + 3 * 4);
      Set<Integer> ids = new HashSet<>();
      Set<Long> pids = new HashSet<>();
      for (Context context : all) {
        ids.add(context.id());
        assertThat(context.call(ProcessesTest::self)).isEqualTo(context.id());
        pids.add(context.call(ProcessesTest::pid));
      }
      assertThat(ids).hasSize(15).doesNotContain(0);
      assertThat(pids).hasSize(15);
      assertThat(router.contexts()).containsExactlyInAnyOrderElementsOf(all);
      assertThat(router.describe().split("\n")).hasSize(16);
    }
  }

  @Test
  void siblingsAndCousinsSendToEachOtherWithoutTheMastersCode() throws Exception {
    try (Router router = Router.create()) {
      Context a = router.connect(Local.create().name("a"));
      Context b = router.connect(Local.create().name("b"));
      Context underA = a.call(ProcessesTest::grow, 1, 1).get(0);
      b.call(ProcessesTest::grow, 1, 1);
      Sender<String> toA = a.call(ProcessesTest::open);
      Sender<String> toUnderA = underA.call(ProcessesTest::open);

      b.run(ProcessesTest::send, toA, "sibling");
      assertThat(a.call(ProcessesTest::take)).isEqualTo("sibling from " + b.id());

      b.run(ProcessesTest::send, toUnderA, "nephew");
      assertThat(underA.call(ProcessesTest::take)).isEqualTo("nephew from " + b.id());

      b.run(ProcessesTest::passOn, toUnderA, "cousin");
      assertThat(underA.call(ProcessesTest::take)).startsWith("cousin from ");

      b.run(ProcessesTest::keep, toA);
      for (int i = 0; i < 3; i++) {
        b.run(ProcessesTest::sendKept, "later " + i);
        assertThat(a.call(ProcessesTest::take)).isEqualTo("later " + i + " from " + b.id());
      }
    }
  }

  @Test
  void contextsAndSendersAreArgumentsAndResultsThatWorkWhereTheyArrive() throws Exception {
    try (Router router = Router.create()) {
      Context a = router.connect(Local.create().name("a"));
      Context b = router.connect(Local.create().name("b"));
      Context child = a.call(ProcessesTest::grow, 1, 1).get(0);

      assertThat(a.call(ProcessesTest::call, child)).isEqualTo("c10 is " + child.id());
      assertThat(a.call(ProcessesTest::sumOfFirst, 1000)).isEqualTo(499_500);
      assertThat(b.call(ProcessesTest::refusal, child)).contains("c10").contains("refused");
      assertThat(child.call(ProcessesTest::refusal, a)).contains("refused");
      Receiver<String> items = router.receiver(String.class);
      a.run(ProcessesTest::passOn, items.sender(), "through a");
      assertThat(items.get()).isEqualTo("through a from " + child.id());
    }
  }

  @Test
  void whatAContextStartedOnItsOwnEndsWithIt() throws Exception {
    try (Router router = Router.create()) {
      Context top = router.connect(Local.create().name("top"));
      List<Context> below = top.call(ProcessesTest::grow, 1, 3);
      List<Long> pids = new ArrayList<>();
      for (Context context : below) {
        pids.add(context.call(ProcessesTest::pid));
      }

      Trees.signal("KILL", top.call(ProcessesTest::pid));

      Trees.Stretch time = new Trees.Stretch();
      Await.until(
          "all end",
          20_000,
          () -> {
            time.look();
            return pids.stream().noneMatch(Await::lives);
          });
      assertThat(time.millis()).isLessThan(time.bound(2000));
      Await.until(() -> router.contexts().isEmpty());
    }
  }
}
