package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Call;
import org.mitogen4j.Receiver;
import org.mitogen4j.Reply;
import org.mitogen4j.TestRouters;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/** Receivers that go from one context to another give a hostile child no more than senders do. */
@Timeout(120)
class ReceiversTest {
  private static final int SERIALIZED = 49;
  private static final long SECRET = 1L << 62 | 4711;

  static List<String> replies(Receiver<Object> receiver) {
    List<String> list = new ArrayList<>();
    for (Reply<Object> reply : receiver.replies()) {
      list.add(reply.toString());
    }
    return list;
  }

  private static byte[] serialized() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new BitSet());
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void whatAParentPassesOnIsNotTakenForTheParents(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Receiver<Object> receiver = t.master.receiver();
      long handle = TestRouters.handle(receiver.sender());
      byte[] object = serialized();
      byte[] item =
          Peer.payload(
              e -> {
                e.u8(SERIALIZED);
                e.bytes(object);
              });
      Call<List<String>> replies = t.sibling.callAsync(ReceiversTest::replies, receiver);
      t.peer.frame(Header.BULK, 0, t.peer.id, t.peer.id, handle, 5000, item);
      t.peer.frame(Header.BULK | Header.DEAD, 0, t.peer.id, t.peer.id, handle, 5000, Message.EMPTY);

      assertThat(replies.get(20, TimeUnit.SECONDS))
          .hasSize(1)
          .allMatch(r -> r.contains("Java serialization from a context that is not a parent"));
      t.othersWork();
    }
  }

  static Receiver<String> receiver() {
    return null;
  }

  /** Has the hostile child give a receiver as the result of a call. */
  private static Call<Receiver<String>> give(HostileTree t, Consumer<Encoder> address)
      throws Exception {
    Call<Receiver<String>> call = t.hostile.callAsync(ReceiversTest::receiver);
    Peer.Frame f = t.peer.awaitCall();
    byte[] answer =
        Peer.payload(
            e -> {
              e.u8(0);
              e.u8(48);
              e.u8(6);
              address.accept(e);
              e.value(null);
              e.u8(0);
            });
    t.peer.send(0, f.replyTo, 0, answer);
    return call;
  }

  @ParameterizedTest
  @EnumSource
  void aReceiverOfAHostileChildLeadsToNoHandleOfTheLibrary(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (long handle : new long[] {Handle.SHUTDOWN, Handle.PUSH, Handle.CALL, 1024, 0, -1, 1}) {
        Call<Receiver<String>> call =
            give(
                t,
                e -> {
                  e.varint(t.sibling.id());
                  e.text("mine");
                  e.i64(handle);
                });
        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
            .hasMessageContaining("handle " + handle);
      }
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostileChildSpeaksForNobodyElseInAReceiverThatItGives(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Receiver<String> receiver =
          give(
                  t,
                  e -> {
                    e.varint(t.peer.id);
                    e.text("mine");
                    e.i64(SECRET);
                  })
              .get(10, TimeUnit.SECONDS);
      assertThat(receiver.poll(Duration.ZERO)).isNull();
      long handle = t.peer.await(t.peer.id, SECRET).replyTo;
      byte[] object = serialized();
      List<Consumer<Encoder>> items = new ArrayList<>();
      items.add(
          e -> {
            from(e, t.honest.id(), 0);
            e.varint(0); // for the master
            e.u8(SERIALIZED);
            e.bytes(object);
          });
      items.add(
          e -> {
            from(e, t.honest.id(), 1);
            e.text("the master burns\nWARNING: forged");
          });
      items.add(
          e -> {
            from(e, t.honest.id(), 2);
            e.value(7);
          });
      items.add(
          e -> {
            from(e, t.honest.id(), 2);
            e.value(new Object[] {"a", "b", new Object[3]});
          });
      items.add(e -> from(e, -5, 0));
      items.add(e -> from(e, t.honest.id(), 9));
      items.add(e -> {});
      for (Consumer<Encoder> item : items) {
        send(t, handle, item);
        Reply<String> reply = receiver.poll(Duration.ofSeconds(20));
        assertThat(reply.failed()).isTrue();
        assertThat(reply.failure().getMessage()).doesNotContain("\n");
        assertThat(reply.context()).isEqualTo(t.hostile);
      }
      send(
          t,
          handle,
          e -> {
            from(e, t.honest.id(), 0);
            e.varint(0);
            e.value("not the honest one's");
          });
      Reply<String> reply = receiver.poll(Duration.ofSeconds(20));
      assertThat(reply.get()).isEqualTo("not the honest one's");
      assertThat(reply.context()).isEqualTo(t.hostile);
      receiver.close();
      t.othersWork();
    }
  }

  private static void from(Encoder e, long id, int kind) {
    e.varint(id);
    e.text("x");
    e.u8(kind);
  }

  private static void send(HostileTree t, long handle, Consumer<Encoder> item) throws IOException {
    t.peer.frame(Header.BULK, 0, t.peer.id, t.peer.id, handle, 0, Peer.payload(item));
  }

  static void never(Receiver<byte[]> receiver) {}

  static int size(Receiver<byte[]> receiver) {
    return receiver.get().length;
  }

  /** It asks for the items, and then gives no credit for the pieces in which they come. */
  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @ParameterizedTest
  @EnumSource
  void aReaderThatTakesNoPiecesHoldsUpNoOther(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int i = 0; i < 70; i++) {
        Receiver<byte[]> receiver = t.master.receiver();
        t.hostile.runAsync(ReceiversTest::never, receiver);
        receiver.sender().send(new byte[600_000]);
      }
      List<Long> asked = new ArrayList<>();
      t.core()
          .handlers
          .forEach(
              (handle, handler) -> {
                if (handler.getClass().getSimpleName().equals("ReceiverRelay")) {
                  asked.add(handle);
                }
              });
      assertThat(asked).hasSize(70);
      for (int i = 0; i < 70; i++) {
        t.peer.send(0, asked.get(i), SECRET + i, Message.EMPTY);
      }
      t.peer.settle();
      assertThat(t.parent.call(HostileTree::twice, 1))
          .isEqualTo(2); // by then the master has looked at all, too

      Receiver<byte[]> receiver = t.master.receiver();
      receiver.sender().send(new byte[600_000]);
      Call<Integer> size = t.honest.callAsync(ReceiversTest::size, receiver);

      assertThat(size.get(20, TimeUnit.SECONDS)).isEqualTo(600_000);
      t.othersWork();
    }
  }

  private static volatile Receiver<Object> kept;

  static void ask(Receiver<Object> receiver) {
    kept = receiver;
    if (receiver.poll(Duration.ZERO) != null) {
      throw new AssertionError();
    }
  }

  static List<String> rest() {
    return replies(kept);
  }

  /** The items go to the first context that asks; one that was not given the receiver can't. */
  @ParameterizedTest
  @EnumSource
  void aHostileChildCanNotTakeWhatGoesToAnother(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Receiver<Object> receiver = t.master.receiver();
      long sender = TestRouters.handle(receiver.sender());
      t.sibling.run(ReceiversTest::ask, receiver);
      long asked =
          t.core().handlers.entrySet().stream()
              .filter(h -> h.getValue().getClass().getSimpleName().equals("ReceiverRelay"))
              .mapToLong(h -> h.getKey())
              .findFirst()
              .getAsLong();
      t.peer.send(0, asked, SECRET, Message.EMPTY); // had it been given the receiver
      assertThat(t.peer.await(t.peer.id, SECRET).flags & Header.DEAD).isNotZero();
      byte[] item = Peer.payload(e -> e.value("one"));
      t.peer.frame(Header.BULK, 0, t.peer.id, t.peer.id, sender, 5000, item);
      t.peer.frame(Header.BULK | Header.DEAD, 0, t.peer.id, t.peer.id, sender, 5000, Message.EMPTY);
      assertThat(t.sibling.call(ReceiversTest::rest)).containsExactly(t.hostile + ": one");
      t.othersWork();
    }
  }
}
