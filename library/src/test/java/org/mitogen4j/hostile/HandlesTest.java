package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Await;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/**
 * A child that uses ten million handles, each once, and sees to it that it is not cut off as a
 * flooder: it never has more than some thousand messages on their way. All of them are looked at,
 * and none leaves anything.
 */
@Timeout(60)
class HandlesTest {
  private static final int MANY = 10_000_000;
  private static final int AT_A_TIME = 10_000;

  /** Where nobody ever opens a handle, as they are given in order. */
  private static final long NOWHERE = 1L << 40;

  private static final long ANSWERS = 4999;

  /** What may be held because of it when all has been looked at. */
  private static final long BOUND = 16 << 20;

  /** Writes into a frame what makes it the n-th. */
  private interface Numbering {
    void number(ByteBuffer block, int frame, int n);
  }

  private static long used() {
    System.gc();
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  /** Sends ten million copies of a frame to the master, each with numbers of its own. */
  private static void many(HostileTree t, byte[] frame, Numbering numbering) throws Exception {
    int handlers = t.core().handlers.size();
    long before = used();
    ByteBuffer block = ByteBuffer.allocate(AT_A_TIME * frame.length);
    for (int i = 0; i < AT_A_TIME; i++) {
      block.put(frame);
    }
    for (int n = 0; n < MANY; n += AT_A_TIME) {
      for (int i = 0; i < AT_A_TIME; i++) {
        numbering.number(block, i * frame.length, n + i);
      }
      t.peer.raw(block.array());
      t.peer.send(0, NOWHERE, ANSWERS, Message.EMPTY);
      assertThat(t.peer.await(t.peer.id, ANSWERS).text()).contains("nothing at handle");
    }
    Await.until("nothing is held", 10_000, () -> used() - before < BOUND);
    assertThat(t.core().handlers).hasSize(handlers);
    t.othersWork();
    assertThat(t.master.contexts()).as("it is there to the end").contains(t.hostile);
  }

  private static byte[] frame(HostileTree t, long handle, long replyTo, byte[] payload) {
    return Peer.bytes(0, 0, t.peer.id, t.peer.id, handle, replyTo, payload.length, payload);
  }

  @ParameterizedTest
  @EnumSource
  void answersAtHandlesThatWereNeverGivenTakeNoMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] frame = frame(t, 0, 0, new byte[1]);
      many(t, frame, (block, at, n) -> block.putLong(at + 17, NOWHERE + 1 + n));
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itemsForReceiversThatThereNeverWereTakeNoMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      many(
          t,
          frame(t, 0, 0, new byte[1]),
          (block, at, n) -> block.putLong(at + 17, NOWHERE + 1 + n).putLong(at + 25, 5000 + n));
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void questionsWithManyReplyHandlesTakeNoMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] frame = frame(t, Handle.LOAD, 0, Message.EMPTY);
      many(t, frame, (block, at, n) -> block.putLong(at + 25, 5000 + n));
      assertThat(t.records.warnings()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void creditForHandlesThatNobodySendsToTakesNoMemory(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      byte[] frame = frame(t, Handle.CREDIT, 0, Peer.credit(0, 1000));
      many(t, frame, (block, at, n) -> block.putLong(at + Header.SIZE, 1024 + n));
      assertThat(t.records.warnings()).isEmpty();
    }
  }
}
