package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mitogen4j.hostile.HostileTree.refused;
import static org.mitogen4j.hostile.Peer.hello;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogManager;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/** A child that speaks for others, and uses what is for parents only. */
@Timeout(30)
class ForgeryTest {
  static final AtomicInteger TOUCHED = new AtomicInteger();
  static final CountDownLatch HOLD = new CountDownLatch(1);

  static void touch() {
    TOUCHED.incrementAndGet();
  }

  @AfterEach
  void nothingRan() {
    assertThat(TOUCHED).hasValue(0);
  }

  private static byte[] call() {
    return Peer.payload(
        e -> {
          e.text(ForgeryTest.class.getName() + ";touch;()V");
          e.all(new Object[0]);
        });
  }

  private static byte[] push(String className) {
    return Peer.payload(
        e -> {
          e.text(className);
          e.bytes(new byte[100]);
        });
  }

  private static byte[] answer(Object result) {
    return Peer.payload(
        e -> {
          e.u8(0);
          e.value(result);
        });
  }

  private static byte[] output(int kind, int context, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return Peer.payload(
        e -> {
          e.u8(kind);
          e.varint(context);
          e.raw(utf8, 0, utf8.length);
        });
  }

  private static byte[] gone(String reason, int... ids) {
    return Peer.payload(
        e -> {
          e.varint(ids.length);
          IntStream.of(ids).forEach(e::varint);
          new EndCause(EndCause.LOST, reason).write(e);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aForgedSourceIsRefused(Place place) throws Exception {
    refused(
        place,
        t -> {
          for (int src : new int[] {0, t.sibling.id(), t.honest.id(), -1, -5, 999_999}) {
            t.peer.frame(0, 0, src, t.peer.id, Handle.CALL, 5000, call());
            t.peer.frame(0, t.sibling.id(), src, src, Handle.CALL, 5000, call());
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aForgedAuthorityIsRefused(Place place) throws Exception {
    refused(
        place,
        t -> {
          for (int auth : new int[] {0, t.sibling.id(), t.honest.id(), -1, 999_999}) {
            t.peer.frame(0, 0, t.peer.id, auth, Handle.CALL, 5000, call());
            t.peer.frame(0, t.honest.id(), t.peer.id, auth, Handle.CALL, 5000, call());
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotCallItsParent(Place place) throws Exception {
    refused(place, t -> t.asksInVain(t.parent.id(), Handle.CALL, call()));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotCallTheMaster(Place place) throws Exception {
    refused(place, t -> t.asksInVain(0, Handle.CALL, call()));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotCallItsSibling(Place place) throws Exception {
    refused(place, t -> t.asksInVain(t.sibling.id(), Handle.CALL, call()));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotCallACousin(Place place) throws Exception {
    refused(place, t -> t.asksInVain(t.honest.id(), Handle.CALL, call()));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotEndOthers(Place place) throws Exception {
    refused(place, t -> t.asksInVain(t.sibling.id(), Handle.SHUTDOWN, Message.EMPTY));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotHaveOthersTellWhatTheirThreadsDo(Place place) throws Exception {
    refused(place, t -> t.asksInVain(t.sibling.id(), Handle.DUMP, Message.EMPTY));
    refused(place, t -> t.asksInVain(0, Handle.DUMP, Message.EMPTY));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotEndTheMaster(Place place) throws Exception {
    refused(place, t -> t.asksInVain(0, Handle.SHUTDOWN, Message.EMPTY));
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotCancelCallsOfOthers(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      t.peer.send(t.sibling.id(), Handle.CANCEL, 1024, Message.EMPTY);
      t.peer.send(0, Handle.CANCEL, 1024, Message.EMPTY);
      t.peer.settle();
      Await.until(() -> !t.records.warnings().isEmpty());
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClassPushedUpwardsIsRefused(Place place) throws Exception {
    refused(
        place,
        t -> {
          t.asksInVain(t.parent.id(), Handle.PUSH, push("org.mitogen4j.Evil"));
          assertThat(t.core().classes.kept("org.mitogen4j.Evil")).isNull();
        });
  }

  @ParameterizedTest
  @EnumSource
  void contentOfFilesPushedToAParentOrASiblingIsRefused(Place place) throws Exception {
    String key = ResourceKey.piece(0, 0, "models/large.bin");
    byte[] evil =
        Peer.payload(
            e -> {
              e.text(key);
              e.bytes(new byte[1000]);
              e.text("=identity");
            });
    try (HostileTree t = new HostileTree(place)) {
      t.asksInVain(t.parent.id(), Handle.PUSH, evil);
      t.asksInVain(t.sibling.id(), Handle.PUSH, evil);

      assertThat(t.parent.call(ForgeryTest::hasContent, key)).isFalse();
      assertThat(t.sibling.call(ForgeryTest::hasContent, key)).isFalse();
      t.othersWork();
    }
  }

  static boolean hasContent(String key) {
    return TestRouters.of(Router.current()).contents.get(key) != null;
  }

  @ParameterizedTest
  @EnumSource
  void aClassPushedToASiblingIsRefused(Place place) throws Exception {
    refused(
        place, t -> t.asksInVain(t.sibling.id(), Handle.PUSH, push(ForgeryTest.class.getName())));
  }

  static boolean hasClass(String name) {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    return router.classes.kept(name) != null
        || ContextRuntime.of(router).routing.routes.get(7777) != null;
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfAHostileContextLeaveNothingOnTheWay(Place place) throws Exception {
    refused(
        place,
        t -> {
          Context below = t.honest.connect(InProcess.create());
          below.call(HostileTree::whole);
          t.asksInVain(below.id(), Handle.PUSH, push("org.mitogen4j.Evil"));
          t.asksInVain(below.id(), Handle.PLAN_ROUTE, Peer.varints(7777));
          assertThat(t.honest.call(ForgeryTest::hasClass, "org.mitogen4j.Evil")).isFalse();
        });
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerToAHostileChildNeverLooksLikeAnOrder(Place place) throws Exception {
    refused(
        place,
        t -> {
          long[] handles = {Handle.PUSH, Handle.PLAN_ROUTE, Handle.DEL_ROUTE, Handle.CALL, -1};
          for (long handle : handles) {
            t.peer.send(0, 1L << 40, handle, Message.EMPTY);
            t.peer.send(t.sibling.id(), 1L << 40, handle, Message.EMPTY);
            t.peer.send(t.parent.id(), Handle.ALLOCATE, handle, Peer.varints(1));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotPlanRoutes(Place place) throws Exception {
    refused(
        place,
        t -> {
          t.asksInVain(t.parent.id(), Handle.PLAN_ROUTE, Peer.varints(7777));
          assertThat(ContextRuntime.of(t.core()).routing.routes.get(7777)).isNull();
        });
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotSayThatOthersAreGone(Place place) throws Exception {
    refused(
        place,
        t -> {
          byte[] reason = gone("I say so\nWARNING: forged", t.sibling.id(), t.honest.id(), 0);
          t.peer.send(t.parent.id(), Handle.DEL_ROUTE, 0, reason);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotTakeTheIdOfAnother(Place place) throws Exception {
    refused(
        place,
        t -> {
          for (int id : new int[] {0, t.parent.id(), t.sibling.id(), t.honest.id()}) {
            byte[] hello = hello(id, t.peer.id, "17", "mallory", 1, "evil", "by force");
            t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotNameContextsOutsideItsBlocks(Place place) throws Exception {
    refused(
        place,
        t -> {
          int first = t.peer.allocate();
          for (int id : new int[] {first - 1, first + 1000, -1, Integer.MIN_VALUE, 1 << 30}) {
            byte[] hello = hello(id, t.peer.id, "17", "mallory", 1, "evil", "by force");
            t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotHangItsContextsUnderOthers(Place place) throws Exception {
    refused(
        place,
        t -> {
          int first = t.peer.allocate();
          int[] above = {0, t.sibling.id(), t.honest.id(), first, first + 1, 5_555};
          for (int i = 0; i < above.length; i++) {
            if (above[i] != t.peer.id) {
              byte[] hello = hello(first, above[i], "17", "mallory", 1, "evil", "by force");
              t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
            }
          }
          t.peer.settle();
          assertThat(TestRouters.of(t.master).routing.routes.get(first)).isNull();
        });
  }

  @ParameterizedTest
  @EnumSource
  void aLoopInTheTreeIsRefused(Place place) throws Exception {
    refused(
        place,
        t -> {
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
        });
  }

  @ParameterizedTest
  @EnumSource
  void aTreeWithoutEndIsRefused(Place place) throws Exception {
    refused(
        place,
        t -> {
          int first = t.peer.allocate();
          int above = t.peer.id;
          for (int id = first; id < first + 1000; id++) {
            byte[] hello = hello(id, above, "17", "m", 1, "deep", "local");
            t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
            above = id;
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aSecondHelloIsRefused(Place place) throws Exception {
    refused(
        place,
        t -> {
          byte[] hello = hello(t.peer.id, t.parent.id(), "99", "root", 1);
          t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
          t.peer.settle();
          assertThat(t.master.describe()).doesNotContain("root, pid 1,").contains("mallory");
        });
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerToTheCallOfAnotherIsRefused(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Call<Integer> call = t.honest.callAsync(ForgeryTest::slow, 21);
      long handle = t.core().handlers.keySet().stream().mapToLong(h -> h).max().getAsLong();
      t.peer.send(0, handle, 0, answer(666));
      byte[] reason = Peer.payload(new EndCause(EndCause.LOST, "it is gone")::write);
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
  void aHostileChildCanNotGiveCreditOfOthers(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (long bytes : new long[] {-1, Long.MAX_VALUE, Integer.MAX_VALUE, 0}) {
        for (long handle : new long[] {Handle.CALL, 1024, -1}) {
          byte[] credit = Peer.credit(handle, bytes);
          t.peer.send(0, Handle.CREDIT, 0, credit);
          t.peer.send(t.sibling.id(), Handle.CREDIT, 0, credit);
        }
      }
      t.peer.settle();
      t.othersWork();
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildSpeaksForItselfOnlyInTheLog(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] printed = output(1, t.honest.id(), "ok\nNov 1 WARNING forged\r\u2028again\n");
      t.peer.send(0, Handle.OUTPUT, 0, printed);
      byte[] warning = output(3, t.honest.id(), "all is well\nWARNING: the master burns");
      t.peer.send(0, Handle.OUTPUT, 0, warning);
      Await.until(() -> !t.records.warnings().isEmpty());
      assertThat(t.records.of("org.mitogen4j.output.honest.stdout")).isEmpty();
      assertThat(t.records.of("org.mitogen4j.output.hostile.stdout"))
          .containsExactly("ok", "Nov 1 WARNING forged", "", "again");
      t.refusedOnce();
      assertThat(t.records.warnings().get(0))
          .isEqualTo("hostile (" + t.peer.id + ") reports: all is well WARNING: the master burns");
    }
  }

  @ParameterizedTest
  @EnumSource
  void madeUpNamesAreNotKeptForEver(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int id = t.peer.allocate();
      String name = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r";
      byte[] hello = hello(id, t.peer.id, "17", "m", 1, name, "local");
      t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
      t.peer.frame(0, 0, id, id, Handle.OUTPUT, 0, output(1, id, "hear me\n"));
      Await.until(() -> !t.records.of("org.mitogen4j.output.hostile.stdout").isEmpty());
      assertThat(t.records.of("org.mitogen4j.output.hostile.stdout"))
          .containsExactly("context " + id + " \"" + name + "\": hear me");
      assertThat(LogManager.getLogManager().getLogger("org.mitogen4j.output." + name + ".stdout"))
          .isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMadeUpContextDoesNotPrintInTheNameOfAnother(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int id = t.peer.allocate();
      byte[] hello = hello(id, t.peer.id, "17", "m", 1, "honest", "local");
      t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
      t.peer.frame(0, 0, id, id, Handle.OUTPUT, 0, output(1, id, "all is well\n"));
      t.peer.frame(0, 0, id, id, Handle.OUTPUT, 0, output(3, id, "all is well"));
      Await.until(() -> !t.records.warnings().isEmpty());
      assertThat(t.records.of("org.mitogen4j.output.honest.stdout")).isEmpty();
      assertThat(t.records.of("org.mitogen4j.output.hostile.stdout"))
          .containsExactly("context " + id + " \"honest\": all is well");
      assertThat(t.records.warnings())
          .containsExactly("context " + id + " below hostile reports: all is well");
    }
  }

  @ParameterizedTest
  @EnumSource
  void madeUpNamesTakeNoLoggersFromContextsThatComeLater(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int block = 0; block < 11; block++) {
        int first = t.peer.allocate();
        for (int id = first; id < first + 1000; id++) {
          byte[] hello = hello(id, t.peer.id, "17", "m", 1, "name" + id, "local");
          t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
          t.peer.frame(0, 0, id, id, Handle.OUTPUT, 0, output(1, id, "hear me\n"));
        }
      }
      t.peer.settle();
      Await.until(() -> t.records.of("org.mitogen4j.output.hostile.stdout").size() == 11_000);
      Context late = t.master.connect(InProcess.create().name("late"));
      byte[] line = output(1, late.id(), "I am here\n");
      late.run(ForgeryTest::send, 0, Handle.OUTPUT, line);
      Await.until(() -> !t.records.of("org.mitogen4j.output.late.stdout").isEmpty());
      assertThat(t.records.of("org.mitogen4j.output.late.stdout")).containsExactly("I am here");
    }
  }

  /** Sends what a context whose output is not its process's would send. */
  static void send(int dst, long handle, byte[] payload) {
    Encoder e = new Encoder(TestRouters.of(Router.current()).router, true);
    e.raw(payload, 0, payload.length);
    TestRouters.of(Router.current()).router.send(dst, handle, 0, e, 0, true);
  }

  static Sender<String> sender() {
    return null;
  }

  @ParameterizedTest
  @EnumSource
  void aSenderOfAHostileChildLeadsToNoHandleOfTheLibrary(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (long handle : new long[] {Handle.SHUTDOWN, Handle.PUSH, Handle.CALL, 1024, 0, -1, 1}) {
        Call<Sender<String>> call = t.hostile.callAsync(ForgeryTest::sender);
        Peer.Frame f = t.peer.await(t.peer.id, Handle.CALL);
        while (f.replyTo == 0) {
          f = t.peer.await(t.peer.id, Handle.CALL); // that was the parent's own
        }
        byte[] answer =
            Peer.payload(
                e -> {
                  e.u8(0);
                  e.u8(48);
                  e.u8(3);
                  e.varint(t.sibling.id());
                  e.text("mine");
                  e.i64(handle);
                });
        t.peer.send(0, f.replyTo, 0, answer);
        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
            .hasMessageContaining("a sender to the handle " + handle);
      }
      t.othersWork();
    }
  }
}
