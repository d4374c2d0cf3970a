package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mitogen4j.hostile.Peer.hello;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.context.FullContext;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.MessageRouter;

/** A child that speaks for others, and uses what is for parents only. */
@Timeout(30)
class ForgeryTest {
  static final AtomicInteger TOUCHED = new AtomicInteger();
  static final CountDownLatch HOLD = new CountDownLatch(1);

  static void touch() {
    TOUCHED.incrementAndGet();
  }

  private static byte[] call() {
    Encoder e = new Encoder(null, true);
    e.text(ForgeryTest.class.getName() + "#touch()V");
    e.all(new Object[0]);
    return Peer.bytes(e);
  }

  private static byte[] varints(long... values) {
    Encoder e = new Encoder(null, true);
    for (long v : values) {
      e.varint(v);
    }
    return Peer.bytes(e);
  }

  private static byte[] gone(String reason, int... ids) {
    Encoder e = new Encoder(null, true);
    e.varint(ids.length);
    for (int id : ids) {
      e.varint(id);
    }
    e.text(reason);
    return Peer.bytes(e);
  }

  @ParameterizedTest
  @EnumSource
  void aForgedSourceIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int src : new int[] {0, t.sibling.id(), t.honest.id(), -1, -5, 999_999}) {
        t.peer.frame(0, 0, src, t.peer.id, Handle.CALL, 5000, call());
        t.peer.frame(0, t.sibling.id(), src, src, Handle.CALL, 5000, call());
      }
      t.peer.settle();
      t.refusedOnce();
      assertThat(TOUCHED).hasValue(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aForgedAuthorityIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int auth : new int[] {0, t.sibling.id(), t.honest.id(), -1, 999_999}) {
        t.peer.frame(0, 0, t.peer.id, auth, Handle.CALL, 5000, call());
        t.peer.frame(0, t.honest.id(), t.peer.id, auth, Handle.CALL, 5000, call());
      }
      t.peer.settle();
      t.refusedOnce();
      assertThat(TOUCHED).hasValue(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotCallItsParent(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.parent.id(), Handle.CALL, 5000, call());
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotCallTheMaster(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(0, Handle.CALL, 5000, call());
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotCallItsSibling(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.sibling.id(), Handle.CALL, 5000, call());
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotCallACousin(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.honest.id(), Handle.CALL, 5000, call());
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotEndOthers(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.sibling.id(), Handle.SHUTDOWN, 5000, Message.EMPTY);
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotEndTheMaster(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(0, Handle.SHUTDOWN, 5000, Message.EMPTY);
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotCancelCallsOfOthers(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.sibling.id(), Handle.CANCEL, 1024, Message.EMPTY);
      t.peer.send(0, Handle.CANCEL, 1024, Message.EMPTY);
      t.peer.settle();
      HostileTree.await(() -> !t.records.warnings().isEmpty());
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClassPushedUpwardsIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Encoder e = new Encoder(null, true);
      e.text("org.mitogen4j.Evil");
      e.bytes(new byte[100]);
      t.peer.send(t.parent.id(), Handle.PUSH, 5000, Peer.bytes(e));
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
      assertThat(t.core().classes.kept("org.mitogen4j.Evil")).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClassPushedToASiblingIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Encoder e = new Encoder(null, true);
      e.text(ForgeryTest.class.getName());
      e.bytes(new byte[100]);
      t.peer.send(t.sibling.id(), Handle.PUSH, 5000, Peer.bytes(e));
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.refusedOnce();
      assertThat(t.core().classes.kept("org.mitogen4j.Evil")).isNull();
    }
  }

  static boolean hasClass(String name) {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    return router.classes.kept(name) != null
        || FullContext.of(router).routing.routes.get(7777) != null;
  }

  @ParameterizedTest
  @EnumSource
  void whatItSendsLeavesNothingOnTheWay(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Context below = t.honest.connect(InProcess.create());
      below.call(HostileTree::whole);
      Encoder e = new Encoder(null, true);
      e.text("org.mitogen4j.Evil");
      e.bytes(new byte[100]);
      t.peer.send(below.id(), Handle.PUSH, 5000, Peer.bytes(e));
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      t.peer.send(below.id(), Handle.PLAN_ROUTE, 5001, varints(7777));
      assertThat(t.peer.await(t.peer.id, 5001).text()).contains("refused");
      assertThat(t.honest.call(ForgeryTest::hasClass, "org.mitogen4j.Evil")).isFalse();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerToItNeverLooksLikeAnOrder(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      long[] handles = {Handle.PUSH, Handle.PLAN_ROUTE, Handle.DEL_ROUTE, Handle.CALL, -1};
      for (long handle : handles) {
        t.peer.send(0, 1L << 40, handle, Message.EMPTY);
        t.peer.send(t.sibling.id(), 1L << 40, handle, Message.EMPTY);
        t.peer.send(t.parent.id(), Handle.ALLOCATE, handle, varints(1));
      }
      t.peer.settle();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotPlanRoutes(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.parent.id(), Handle.PLAN_ROUTE, 5000, varints(7777));
      assertThat(t.peer.await(t.peer.id, 5000).text()).contains("refused");
      assertThat(FullContext.of(t.core()).routing.routes.get(7777)).isNull();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotSayThatOthersAreGone(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] reason = gone("I say so\nWARNING: forged", t.sibling.id(), t.honest.id(), 0);
      t.peer.send(t.parent.id(), Handle.DEL_ROUTE, 0, reason);
      t.peer.settle();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotTakeTheIdOfAnother(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int id : new int[] {0, t.parent.id(), t.sibling.id(), t.honest.id()}) {
        byte[] hello = hello(id, t.peer.id, "17", "mallory", 1, "evil", "by force");
        t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
      }
      t.peer.settle();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotNameContextsOutsideItsBlocks(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int first = t.peer.allocate();
      for (int id : new int[] {first - 1, first + 1000, -1, Integer.MIN_VALUE, 1 << 30}) {
        byte[] hello = hello(id, t.peer.id, "17", "mallory", 1, "evil", "by force");
        t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
      }
      t.peer.settle();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCanNotHangItsContextsUnderOthers(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int first = t.peer.allocate();
      int[] above = {0, t.sibling.id(), t.honest.id(), first, first + 1, 5_555};
      for (int i = 0; i < above.length; i++) {
        if (above[i] != t.peer.id) {
          byte[] hello = hello(first, above[i], "17", "mallory", 1, "evil", "by force");
          t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
        }
      }
      t.peer.settle();
      t.refusedOnce();
      assertThat(TestRouters.of(t.master).routing.routes.get(first)).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLoopInTheTreeIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int a = t.peer.allocate();
      int b = a + 1;
      int p = t.parent.id();
      t.peer.send(p, Handle.ADD_ROUTE, 0, hello(a, t.peer.id, "17", "m", 1, "a", "local"));
      t.peer.send(p, Handle.ADD_ROUTE, 0, hello(b, a, "17", "m", 1, "b", "local"));
      t.peer.send(p, Handle.ADD_ROUTE, 0, hello(a, b, "17", "m", 1, "a", "local"));
      t.peer.send(p, Handle.DEL_ROUTE, 0, gone("it left", a));
      t.peer.send(p, Handle.ADD_ROUTE, 0, hello(a, b, "17", "m", 1, "a", "local"));
      t.peer.send(p, Handle.ADD_ROUTE, 0, hello(t.peer.id, b, "17", "m", 1, "a", "local"));
      t.peer.settle();
      assertThat(TestRouters.of(t.master).routing.isBelow(b, 12_345)).isFalse();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTreeWithoutEndIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int first = t.peer.allocate();
      int above = t.peer.id;
      for (int id = first; id < first + 1000; id++) {
        byte[] hello = hello(id, above, "17", "m", 1, "deep", "local");
        t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
        above = id;
      }
      t.peer.settle();
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondHelloIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] hello = hello(t.peer.id, t.parent.id(), "99", "root", 1);
      t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
      t.peer.settle();
      assertThat(t.master.describe()).doesNotContain("root, pid 1,").contains("mallory");
      t.refusedOnce();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerToTheCallOfAnotherIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Call<Integer> call = t.honest.callAsync(ForgeryTest::slow, 21);
      long handle = t.core().handlers.keySet().stream().mapToLong(h -> h).max().getAsLong();
      Encoder e = new Encoder(null, true);
      e.u8(0);
      e.value(666);
      t.peer.send(0, handle, 0, Peer.bytes(e));
      byte[] reason = "it is gone".getBytes(StandardCharsets.UTF_8);
      t.peer.frame(Header.DEAD, 0, t.peer.id, t.peer.id, handle, 0, reason);
      t.peer.settle();
      assertThat(call).isNotDone();
      t.refusedOnce();
      t.honest.run(ForgeryTest::release);
      assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo(42);
    }
  }

  static int slow(int n) throws InterruptedException {
    HOLD.await();
    return 2 * n;
  }

  static void release() {
    HOLD.countDown();
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerToHandlesLongGoneChangesNothing(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int before = t.core().handlers.size();
      for (long handle : new long[] {0, -1, 900, 1024, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE}) {
        t.peer.send(0, handle, 0, new byte[10]);
        t.peer.frame(Header.DEAD, 0, t.peer.id, t.peer.id, handle, 0, new byte[10]);
      }
      t.peer.settle();
      t.othersWork();
      assertThat(t.core().handlers).hasSize(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void creditOfOthersIsNotItsToGive(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (long bytes : new long[] {-1, Long.MAX_VALUE, Integer.MAX_VALUE, 0}) {
        for (long handle : new long[] {Handle.CALL, 1024, -1}) {
          Encoder e = new Encoder(null, true);
          e.i64(handle);
          e.i64(0);
          e.varint(bytes);
          t.peer.send(0, Handle.CREDIT, 0, Peer.bytes(e));
          t.peer.send(t.sibling.id(), Handle.CREDIT, 0, Peer.bytes(e));
        }
      }
      t.peer.settle();
      t.othersWork();
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itSpeaksForItselfOnlyInTheLog(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Encoder e = new Encoder(null, true);
      e.u8(1);
      e.varint(t.honest.id());
      byte[] text = "ok\nNov 1 WARNING forged\r\u2028again\n".getBytes(StandardCharsets.UTF_8);
      e.raw(text, 0, text.length);
      t.peer.send(0, Handle.OUTPUT, 0, Peer.bytes(e));
      e = new Encoder(null, true);
      e.u8(3);
      e.varint(t.honest.id());
      text = "all is well\nWARNING: the master burns".getBytes(StandardCharsets.UTF_8);
      e.raw(text, 0, text.length);
      t.peer.send(0, Handle.OUTPUT, 0, Peer.bytes(e));
      HostileTree.await(() -> !t.records.warnings().isEmpty());
      assertThat(t.records.of("mitogen.honest.stdout")).isEmpty();
      assertThat(t.records.of("mitogen.hostile.stdout"))
          .containsExactly("ok", "Nov 1 WARNING forged", "", "again");
      t.refusedOnce();
      assertThat(t.records.warnings().get(0))
          .isEqualTo("hostile (" + t.peer.id + ") reports: all is well WARNING: the master burns");
    }
  }
}
