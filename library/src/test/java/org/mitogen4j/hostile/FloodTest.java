package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.context.OutputForwarder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/** A child that sends without end, and does not read: what it costs the others is bounded. */
@Timeout(120)
class FloodTest {
  /** What may be held because of one child, in the master and its parent, which are both here. */
  private static final long BOUND = Runtime.getRuntime().maxMemory() / 64 * 35;

  private static long used() {
    System.gc();
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  private static byte[] many(byte[] frame, int bytes) {
    int times = Math.max(1, bytes / frame.length);
    byte[] all = new byte[frame.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(frame, 0, all, i * frame.length, frame.length);
    }
    return all;
  }

  /** Sends so much of a frame unless the link ends; others work meanwhile, memory stays. */
  private static void flood(HostileTree t, long bytes, byte[] frame) throws Exception {
    long before = used();
    byte[] block = many(frame, 1 << 18);
    long most = 0;
    long looked = System.nanoTime();
    try {
      for (long sent = 0; sent < bytes; sent += block.length) {
        t.peer.raw(block);
        if (System.nanoTime() - looked > 500_000_000) {
          most = Math.max(most, used() - before);
          looked = System.nanoTime();
        }
      }
    } catch (IOException ended) {
      // it is not borne any longer
    }
    t.othersWork();
    assertThat(Math.max(most, used() - before)).as("bytes held").isLessThan(BOUND);
  }

  private static byte[] frame(HostileTree t, int dst, long handle, long replyTo, int size) {
    byte[] payload = new byte[size];
    return Peer.bytes(0, dst, t.peer.id, t.peer.id, handle, replyTo, size, payload);
  }

  @ParameterizedTest
  @EnumSource
  void messagesToNobodyTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      flood(t, 300L << 20, frame(t, 0, 1L << 40, 0, 1 << 16));
    }
  }

  @ParameterizedTest
  @EnumSource
  void questionsWhoseAnswersAreNotReadTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, false)) {
      flood(t, 300L << 20, frame(t, 0, 1L << 40, 5000, 0));
    }
  }

  @Test
  void answersToQuestionsForLogLevelsComeNoFasterThanTheMasterLooks() throws Exception {
    int times = 20_000;
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      long begun = System.nanoTime();
      t.peer.raw(many(frame(t, 0, Handle.LOG_LEVELS, 5000, 0), times * Header.SIZE));
      t.peer.send(0, 1L << 40, 7000, Message.EMPTY); // answered at once, when all was looked at
      long answers = 0;
      for (Peer.Frame f = null; f == null || f.handle != 7000; ) {
        f = t.peer.received.poll(Peer.SECONDS, TimeUnit.SECONDS);
        assertThat(f).isNotNull();
        answers += f.handle == 5000 ? 1 : 0;
      }
      t.othersWork();
      answers += t.peer.received.stream().filter(f -> f.handle == 5000).count();
      long looks = 2 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / 200;
      long most = 2 * looks; // each look answers the two questions that came last
      assertThat(answers).isBetween(1L, most);
    }
  }

  @Test
  void outputThatCantBeReadIsWarnedOfOnceASecond() throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      byte[] record = {OutputForwarder.RECORD, 0, 1};
      long begun = System.nanoTime();
      for (int i = 0; i < 500; i++) {
        t.peer.send(0, Handle.OUTPUT, 0, record);
      }
      t.peer.settle();
      Await.until(() -> !t.records.warnings().isEmpty());
      t.othersWork();
      long seconds = 2 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      assertThat(t.records.warnings()).hasSizeLessThanOrEqualTo((int) seconds);
    }
  }

  @ParameterizedTest
  @EnumSource
  void pingsWhoseAnswersAreNotReadTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, false)) {
      flood(t, 200L << 20, frame(t, Handle.LINK, Handle.PING, 0, 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void requestsForClassesTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, false)) {
      byte[] name = Peer.text("org.mitogen4j.Nothing");
      int p = t.parent.id();
      flood(
          t,
          20L << 20,
          Peer.bytes(0, p, t.peer.id, t.peer.id, Handle.CLASS, 5000, name.length, name));
    }
  }

  @ParameterizedTest
  @EnumSource
  void requestsForIdsTakeLittleMemoryAndLeaveIds(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] one = {1};
      int p = t.parent.id();
      flood(t, 5L << 20, Peer.bytes(0, p, t.peer.id, t.peer.id, Handle.ALLOCATE, 5000, 1, one));
      assertThat(t.master.connect(org.mitogen4j.connect.InProcess.create()).id())
          .as("ids are left")
          .isLessThan(10_000_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void outputWithoutCreditTakesLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] text = new byte[8000];
      Arrays.fill(text, (byte) 'x');
      text[0] = 1;
      text[1] = 0;
      flood(
          t,
          100L << 20,
          Peer.bytes(0, 0, t.peer.id, t.peer.id, Handle.OUTPUT, 0, text.length, text));
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesToAnotherWithoutCreditTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      flood(t, 300L << 20, frame(t, t.sibling.id(), 1L << 40, 5000, 1 << 16));
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesToContextsThatAreNoneTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (int dst = 1 << 20; dst < (1 << 20) + 300_000; dst++) {
        t.peer.send(dst, 1024, 0, Message.EMPTY);
      }
      t.peer.settle();
      t.othersWork();
      assertThat(used()).isLessThan(BOUND);
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersThatAreAcknowledgedAndNotReadTakeLittleMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, false)) {
      // the parent believes that there is room, and its reading threads write
      byte[] ack = frame(t, Handle.LINK, Handle.ACK, Long.MAX_VALUE, 0);
      byte[] both = Arrays.copyOf(ack, ack.length * 2);
      byte[] question = frame(t, 0, 1L << 40, 5000, 0);
      System.arraycopy(question, 0, both, ack.length, question.length);
      flood(t, 30L << 20, both);
    }
  }

  @Test
  void twoThatAskForManyClassesDoNotEndTheirParent() throws Exception {
    try (HostileTree t = new HostileTree(Place.GRANDCHILD);
        Peer second = new Peer()) {
      Context other = t.parent.connectAsync(second.method());
      second.meet().up();
      other.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
      int each = 9500;
      for (int i = 0; i < each; i++) {
        for (Peer peer : new Peer[] {t.peer, second}) {
          String name = "no.such.Class" + peer.id + "x" + i;
          peer.send(t.parent.id(), Handle.CLASS, 2000 + i, Peer.payload(e -> e.text(name)));
        }
      }
      for (Peer peer : new Peer[] {t.peer, second}) {
        for (int i = 0; i < each; i++) {
          assertThat(peer.received.poll(Peer.SECONDS, TimeUnit.SECONDS)).isNotNull();
        }
      }
      t.othersWork();
      assertThat(t.master.contexts()).contains(t.parent, t.hostile, other);
      assertThat(t.records.warnings()).isEmpty();
    }
  }
}
