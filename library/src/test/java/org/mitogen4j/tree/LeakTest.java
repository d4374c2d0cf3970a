package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.MitogenException;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.parent.Parent;

/** What contexts took is given back when they are gone. */
@Timeout(180)
class LeakTest {
  static int size(byte[] data) {
    return data.length;
  }

  static byte[] much(int n) {
    return new byte[n];
  }

  static void leave() {
    Router.current().parents();
    TestRouters.of(Router.current()).ending.end(false);
  }

  private static String state(ContextRuntime context) throws Exception {
    Parent parent = Parent.of(context);
    return "routes "
        + context.routing.routes.size()
        + ", handlers "
        + context.router.handlers.size()
        + ", known "
        + parent.known.size()
        + ", quotas "
        + Trees.size(parent, "requests", "quotas")
        + ", starts "
        + Trees.size(parent.starts, "starts")
        + ", errors "
        + Trees.size(parent, "errors")
        + ", credits "
        + Trees.size(context.credits, "credits")
        + ", owed "
        + Trees.size(context.credits, "owed");
  }

  static String stateHere() throws Exception {
    return state(TestRouters.of(Router.current()));
  }

  private static void settlesTo(String before, Callable<String> state) throws Exception {
    try {
      Await.until("all is given back", 10_000, () -> state.call().equals(before));
    } catch (AssertionError e) {
      assertThat(state.call()).isEqualTo(before);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void nothingStaysOfHundredsOfContexts() throws Exception {
    try (Router router = Router.create()) {
      ContextRuntime full = TestRouters.of(router);
      Context between = router.connect(InProcess.create().name("between"));
      for (int i = 0; i < 3; i++) { // the first call needs no credit
        between.call(LeakTest::stateHere);
      }
      String before = state(full);
      String beforeBetween = between.call(LeakTest::stateHere);
      for (int round = 0; round < 10; round++) {
        List<Context> contexts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          Context via = i % 2 == 0 ? router.self() : between;
          Context child = via.connectAsync(InProcess.create());
          contexts.add(child);
          if (i % 5 == 0) {
            contexts.add(child.connectAsync(InProcess.create()));
          }
        }
        List<Call<?>> calls = new ArrayList<>();
        for (Context c : contexts) {
          calls.add(c.callAsync(LeakTest::size, new byte[100]));
          calls.add(c.callAsync(LeakTest::size, new byte[1 << 17]));
          calls.add(c.callAsync(LeakTest::much, 1 << 17));
        }
        for (Call<?> call : calls) {
          call.get(60, TimeUnit.SECONDS);
        }
        for (Context c : contexts) {
          c.callAsync(LeakTest::much, 1 << 17);
          c.callAsync(LeakTest::size, new byte[1 << 17]);
          c.runAsync(LeakTest::leave);
        }
        Await.until("all have left", 60_000, () -> router.contexts().size() == 1);
        Context gone = contexts.get(0);
        assertThatThrownBy(() -> gone.call(LeakTest::much, 1)).isInstanceOf(MitogenException.class);
      }
      settlesTo(before, () -> state(full));
      settlesTo(beforeBetween, () -> between.call(LeakTest::stateHere));
    }
  }

  static void count(Sender<Integer> sender) {
    try (Sender<Integer> s = sender) {
      for (int i = 0; i < 1000; i++) {
        s.send(i);
      }
    }
  }

  static int sum(Receiver<Integer> receiver) {
    int sum = 0;
    for (int n : receiver) {
      sum += n;
    }
    return sum;
  }

  static void takeOne(Receiver<Integer> receiver) {
    receiver.get();
    receiver.close();
  }

  static void closeUnused(Receiver<Integer> receiver) {
    receiver.close();
  }

  static void takeOneAndLeave(Receiver<Integer> receiver) {
    receiver.get();
    leave();
  }

  /** Whatever ends a receiver that was sent to another context: neither keeps anything. */
  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void nothingStaysOfReceiversThatWereSent() throws Exception {
    try (Router router = Router.create()) {
      ContextRuntime full = TestRouters.of(router);
      Context from = router.connect(InProcess.create().name("from"));
      Context to = router.connect(InProcess.create().name("to"));
      for (int i = 0; i < 3; i++) {
        from.call(LeakTest::stateHere);
        to.call(LeakTest::stateHere);
      }
      String before = state(full);
      String beforeFrom = from.call(LeakTest::stateHere);
      String beforeTo = to.call(LeakTest::stateHere);
      for (int round = 0; round < 10; round++) {
        assertThat(to.call(LeakTest::sum, begun(router, from))).isEqualTo(499_500);
        to.run(LeakTest::takeOne, begun(router, from));
        to.run(LeakTest::closeUnused, begun(router, from));
        Receiver<Integer> closed = begun(router, from);
        Call<Integer> sum = to.callAsync(LeakTest::sum, closed);
        closed.close();
        sum.get(20, TimeUnit.SECONDS);
        Context leaves = to.connect(InProcess.create());
        leaves.runAsync(LeakTest::takeOneAndLeave, begun(router, from));
        Await.until(() -> !router.contexts().contains(leaves));
      }
      settlesTo(before, () -> state(full));
      settlesTo(beforeFrom, () -> from.call(LeakTest::stateHere));
      settlesTo(beforeTo, () -> to.call(LeakTest::stateHere));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  private static Receiver<Integer> begun(Router router, Context from) {
    Receiver<Integer> receiver = router.receiver();
    from.runAsync(LeakTest::count, receiver.sender());
    return receiver;
  }

  @Test
  void noThreadAndNoDescriptorOutlivesTheRouter() throws Exception {
    try (Router router = Router.create()) { // what the JVM opens once
      router.connect(Local.create()).call(LeakTest::much, 1);
    }
    Set<Thread> others = Thread.getAllStackTraces().keySet(); // of other tests
    List<String> before = Trees.descriptors();
    try (Router router = Router.create()) {
      Context a = router.connect(Local.create());
      Context b = a.connect(InProcess.create());
      Context c = router.connect(InProcess.create()).connect(InProcess.create());
      for (Context context : new Context[] {a, b, c}) {
        context.call(LeakTest::size, new byte[1 << 17]);
        context.callAsync(LeakTest::much, 1 << 17).get();
      }
    }
    try {
      Await.until("threads", 1000, () -> Trees.threads(others).isEmpty());
    } catch (AssertionError e) {
      throw new AssertionError(Trees.threads(others).toString(), e);
    }
    try {
      Await.until("descriptors", 2000, () -> before.containsAll(Trees.descriptors()));
    } catch (AssertionError e) {
      List<String> left = Trees.descriptors();
      left.removeAll(before);
      throw new AssertionError("descriptors that were not open before: " + left, e);
    }
  }
}
