package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mitogen4j.hostile.HostileTree.ended;
import static org.mitogen4j.hostile.Peer.hello;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.MitogenException;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/** A child that sends what no honest one would: its link is ended, or its word not taken. */
@Timeout(60)
class BadDataTest {
  @ParameterizedTest
  @EnumSource
  void aFrameOfImpossibleLengthEndsItsLink(Place place) throws Exception {
    for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, (1 << 16) + 1}) {
      ended(
          place,
          t -> t.peer.raw(Peer.bytes(0, 0, t.peer.id, t.peer.id, 1024, 0, length, new byte[10])));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHelloWithTheWrongTypesEndsItsLink(Place place) throws Exception {
    Object[][] hellos = {
      {}, {1}, {"1", 2}, {null, null}, {1.5, 2L}, {new Object[] {}, 1, "17", "m", 1, "n", "h"}
    };
    for (Object[] hello : hellos) {
      ended(place, t -> t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello(hello)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHelloWithoutAJavaVersionEndsTheLink(Place place) throws Exception {
    ended(
        place,
        t -> {
          int id = t.peer.allocate();
          byte[] hello = hello(id, t.peer.id, null, "mallory", 1, "name", "how");
          t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
        });
  }

  @ParameterizedTest
  @EnumSource
  void hugeAndForgedNamesAreCut(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int id = t.peer.allocate();
      char[] much = new char[15_000];
      Arrays.fill(much, 'x');
      String name = "evil\nWARNING: forged\r\u2028" + new String(much);
      t.peer.send(
          t.parent.id(), Handle.ADD_ROUTE, 0, hello(id, t.peer.id, name, name, 1, name, name));
      t.peer.settle();
      Await.until(() -> t.master.describe().contains("evil"));
      String line =
          Arrays.stream(t.master.describe().split("\n"))
              .filter(l -> l.contains("evil"))
              .findFirst()
              .get();
      assertThat(line).hasSizeLessThan(2000).contains(id + " evil WARNING: forged  xxx");
      assertThat(t.master.describe().lines().count()).isEqualTo(t.master.contexts().size() + 1L);
      t.othersWork();
    }
  }

  /** Whatever is answered to a call: the call fails, and that is all. */
  private static void answers(Place place, Consumer<Encoder> answer) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Call<Integer> call = t.hostile.callAsync(HostileTree::twice, 1);
      long to = t.peer.awaitCall().replyTo;
      t.peer.send(0, to, 0, Peer.payload(answer));
      assertThatThrownBy(call::join).hasCauseInstanceOf(MitogenException.class);
      t.othersWork();
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  /** More than a frame takes: it comes in pieces, the last without the flag. */
  @ParameterizedTest
  @EnumSource
  void nestingWithoutEndIsNotFollowed(Place place) throws Exception {
    byte[] nested = new byte[1 + 2 * 100_000]; // a byte 0: it is a result
    for (int i = 1; i < nested.length; i += 2) {
      nested[i] = 8; // an array
      nested[i + 1] = 1; // of one
    }
    try (HostileTree t = new HostileTree(place)) {
      Call<Integer> call = t.hostile.callAsync(HostileTree::twice, 1);
      long to = t.peer.awaitCall().replyTo;
      first(t, to, 0, nested.length);
      for (int at = 0; at < nested.length; at += Header.MAX_PAYLOAD) {
        int end = Math.min(nested.length, at + Header.MAX_PAYLOAD);
        int flags = Header.BULK | (end < nested.length ? Header.MORE : 0);
        byte[] piece = Arrays.copyOfRange(nested, at, end);
        t.peer.frame(flags, 0, t.peer.id, t.peer.id, to, 0, piece);
      }
      assertThatThrownBy(call::join)
          .hasCauseInstanceOf(MitogenException.class)
          .hasMessageContaining("nested deeper");
      t.othersWork();
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void lengthsAreNotBelieved(Place place) throws Exception {
    for (int tag : new int[] {6, 7, 8}) {
      for (long claimed : new long[] {1_000_000_000, Integer.MAX_VALUE, -1, Long.MIN_VALUE}) {
        answers(
            place,
            e -> {
              e.u8(0);
              e.u8(tag);
              e.varint(claimed);
              e.i64(0);
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionThatIsNoneIsAnError(Place place) throws Exception {
    Object[] described = {null, 5, new Object[] {1, "2"}, new Object[] {1, 2, 3, 4}};
    for (Object value : described) {
      answers(
          place,
          e -> {
            e.u8(1);
            e.value(value);
          });
    }
    answers(place, nothing -> {});
  }

  @ParameterizedTest
  @EnumSource
  void brokenServiceMessagesEndTheirLink(Place place) throws Exception {
    long[] handles = {Handle.DEL_ROUTE, Handle.ADD_ROUTE, Handle.CREDIT};
    for (long handle : handles) {
      byte[] garbage = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
      ended(place, t -> t.peer.send(t.parent.id(), handle, 0, garbage));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenMessageToTheMasterEndsItsSenderOnly(Place place) throws Exception {
    ended(place, t -> t.peer.send(0, Handle.CREDIT, 0, new byte[3]));
  }

  @ParameterizedTest
  @EnumSource
  void brokenMessagesToOthersDoNotEndTheirLinks(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int dst : new int[] {t.sibling.id(), t.honest.id()}) {
        t.peer.send(dst, Handle.CREDIT, 0, new byte[3]);
        t.peer.frame(Header.MORE, dst, t.peer.id, t.peer.id, 1024, 5007, new byte[10]);
        t.peer.frame(Header.FIRST, dst, t.peer.id, t.peer.id, 1024, 5007, new byte[10]);
      }
      t.peer.settle();
      Await.until(() -> t.records.warnings().size() == 2);
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPieceWithoutABeginningEndsItsSenderOnly(Place place) throws Exception {
    ended(place, t -> t.peer.frame(Header.MORE, 0, t.peer.id, t.peer.id, 1024, 5007, new byte[10]));
  }

  @ParameterizedTest
  @EnumSource
  void aLongMessageOfImpossibleSizeEndsItsSenderOnly(Place place) throws Exception {
    for (int size : new int[] {Integer.MAX_VALUE, -1, (1 << 24) + 1}) {
      ended(place, t -> first(t, 1024, 5007, size));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMessageLongerThanItSaidEndsItsSenderOnly(Place place) throws Exception {
    ended(
        place,
        t -> {
          first(t, 1024, 5007, 100);
          t.peer.frame(Header.MORE, 0, t.peer.id, t.peer.id, 1024, 5007, new byte[101]);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aMessageThatEndsTooEarlyEndsItsSenderOnly(Place place) throws Exception {
    ended(
        place,
        t -> {
          first(t, 1024, 5007, 100);
          t.peer.frame(Header.BULK, 0, t.peer.id, t.peer.id, 1024, 5007, new byte[50]);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aLongMessageToTheLibraryItselfEndsItsSenderOnly(Place place) throws Exception {
    ended(place, t -> first(t, Handle.OUTPUT, 5007, 1 << 20));
  }

  @ParameterizedTest
  @EnumSource
  void beginningsByTheThousandEndTheirSenderOnly(Place place) throws Exception {
    ended(
        place,
        t -> {
          for (int i = 1; i <= 5000; i++) {
            first(t, 1024, 5000 + i, 1 << 20);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void piecesWithoutCreditEndTheirSenderOnly(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Call<Integer> call = t.hostile.callAsync(HostileTree::twice, 1);
      long to = t.peer.awaitCall().replyTo;
      first(t, to, 5007, 1 << 24);
      try {
        for (int i = 0; i < 255; i++) { // and reads none of the credit that it gets for it
          t.peer.frame(
              Header.MORE | Header.BULK, 0, t.peer.id, t.peer.id, to, 5007, new byte[1 << 16]);
        }
      } catch (java.io.IOException ended) {
        // as it should be
      }
      call.cancel(true);
      t.othersWork();
    }
  }

  private static void first(HostileTree t, long handle, long replyTo, int size) throws Exception {
    byte[] total = new byte[4];
    Header.putInt(total, 0, size);
    int flags = Header.FIRST | Header.MORE | Header.BULK;
    t.peer.frame(flags, 0, t.peer.id, t.peer.id, handle, replyTo, total);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "jar:file:/x.jar!/y",
        "http://example.org/Evil",
        "org/mitogen4j/../../../secret",
        ";../../../etc/passwd",
        ";/etc/passwd",
        ";file:/etc/passwd",
        "[0/0/../../etc/passwd"
      })
  void whatIsNoClassNameIsRefused(String name) throws Exception {
    for (Place place : Place.values()) {
      try (HostileTree t = new HostileTree(place)) {
        assertThat(ask(t, name)).isEqualTo(new byte[1]);
        t.refusedOnce();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.String",
        "sun.misc.Unsafe",
        "module-info",
        "META-INF.MANIFEST.MF",
        "org.mitogen4j.",
        ".",
        "",
        "[Ljava.lang.String;",
        "org.mitogen4j.bundle.nothing",
        "pom.xml"
      })
  void whatTheProgramDoesNotServeIsNotThere(String name) throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      assertThat(ask(t, name)).isEqualTo(new byte[1]);
      t.othersWork();
    }
  }

  private static byte[] ask(HostileTree t, String name) throws Exception {
    t.peer.send(t.parent.id(), Handle.CLASS, 5000, Peer.text(name));
    return t.peer.await(t.peer.id, 5000).payload;
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatStallsInMidFrameIsDeclaredDead(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 300, true)) {
      byte[] frame = Peer.bytes(0, 0, t.peer.id, t.peer.id, 1024, 0, 1000, new byte[100]);
      t.peer.silent = true;
      t.peer.raw(frame);
      Await.until(() -> !t.master.contexts().contains(t.hostile));
      assertThatThrownBy(() -> t.hostile.call(HostileTree::twice, 1))
          .hasMessageContaining("no sign of life");
      t.othersWork();
    }
  }

  @Test
  void noiseWithoutEndEndsWithTheConnectTimeout() throws Exception {
    try (Router master = Router.create();
        Peer peer = new Peer()) {
      Thread noise =
          new Thread(
              () -> {
                try {
                  peer.meet();
                  for (; ; ) {
                    peer.say("what a day, what a day, what a day");
                  }
                } catch (java.io.IOException e) {
                  // ended
                }
              });
      noise.start();
      assertThatThrownBy(() -> master.connect(peer.method().connectTimeout(Duration.ofMillis(700))))
          .isInstanceOf(StartException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(40_000))
          .hasMessageContaining("connect timeout");
      noise.join(10_000);
      assertThat(noise.isAlive()).isFalse();
    }
  }

  @Test
  void aChildThatNeverSendsItsHelloTimesOut() throws Exception {
    try (Router master = Router.create();
        Peer peer = new Peer()) {
      Thread silent =
          new Thread(
              () -> {
                try {
                  peer.meet();
                  peer.say(peer.token + ":up\n");
                  peer.send(0, 1024, 0, Message.EMPTY);
                } catch (java.io.IOException e) {
                  throw new AssertionError(e);
                }
              });
      silent.start();
      assertThatThrownBy(() -> master.connect(peer.method().connectTimeout(Duration.ofMillis(500))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("connect timeout");
      silent.join();
      assertThat(master.contexts()).isEmpty();
    }
  }
}
