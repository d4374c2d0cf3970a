package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;

/** What is too much, and who is to blame for it. */
@Timeout(30)
class BoundsTest {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final long HANDLE = 5000;

  private Router router;
  private ContextRuntime context;

  @BeforeEach
  void create() {
    router = Router.create();
    context = TestRouters.of(router);
  }

  @AfterEach
  void close() {
    router.close();
  }

  private Link child(int id) {
    Link stream = new Link(context.router, id);
    context.routing.routes.put(id, 0, stream);
    return stream;
  }

  // ---- what is passed on

  @Test
  void whoeverSendsForLongOverAFullLinkIsNotToBlame() {
    LinkState link = LinkState.of(context, child(101));

    for (int i = 0; i < 10_000; i++) {
      assertThat(link.overdrawn(102 + i % 2, 64 * KIB, (int) LinkState.MAX_QUEUED / 8))
          .isEqualTo(-1);
    }
  }

  @Test
  void whoseBytesFillTheQueueIsToBlame() {
    LinkState link = LinkState.of(context, child(101));

    int blamed = -1;
    int pending = 0;
    int most = (int) (LinkState.MAX_QUEUED + LinkState.MAX_QUEUED / 16) + MIB;
    while (blamed < 0 && pending < most) {
      pending += 64 * KIB;
      blamed = link.overdrawn(102, 64 * KIB, pending);
    }

    assertThat(blamed).isEqualTo(102);
    assertThat(pending).isLessThanOrEqualTo(most);
  }

  @Test
  void whoSendsLittleOverALinkThatOthersFilledIsNotToBlame() {
    Link deaf = child(101);
    LinkState link = LinkState.of(context, deaf);
    int large = (int) (LinkState.MAX_QUEUED / 2);
    int pending = (int) LinkState.MAX_PENDING;
    int greedy = 0;
    for (int i = 0; i < 10; i++) {
      link.overdrawn(200 + i, large, (int) LinkState.MAX_QUEUED);
    }

    for (int i = 0; i < 1000; i++) {
      int blamed = link.overdrawn(102 + i % 2, KIB, pending);
      assertThat(blamed).isNotIn(102, 103);
      greedy += blamed >= 200 ? 1 : 0;
    }

    assertThat(greedy).isPositive();
    assertThat(link.overdrawn(102, KIB, pending)).isEqualTo(LinkState.NOBODY);
    assertThat(link.overdrawn(102, KIB, pending / 4 * 5 + 4)).isEqualTo(LinkState.RECEIVER);
  }

  @Test
  void whatWaitsForAllLinksTogetherIsBounded() {
    context.routing.maxPending = 4 * MIB;
    List<Link> deaf = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      deaf.add(child(101 + i));
    }
    Link honest = child(201);
    byte[] frame = new byte[32 * KIB];
    Header.put(frame, frame.length - Header.SIZE, 0, 0, 0, 0, HANDLE, 0);

    long most = 0;
    for (int n = 0; n < 64; n++) { // 2 MiB for each that lives
      for (Link stream : deaf) {
        if (!context.routing.isOverdrawn(stream, 0, frame.length) && stream.dead() == null) {
          stream.send(frame, 0, frame.length, frame, 0, 0, false);
        }
      }
      honest.send(frame, 0, Header.SIZE, frame, 0, 0, false);
      long all = deaf.stream().filter(s -> s.dead() == null).mapToLong(Link::pending).sum();
      most = Math.max(most, all);
    }

    assertThat(most).isBetween(3L * MIB, 4L * MIB + 10 * Credits.WINDOW);
    assertThat(deaf).anyMatch(s -> s.dead() != null).anyMatch(s -> s.dead() == null);
    assertThat(honest.dead()).isNull();
  }

  // ---- what waits for a receiver

  private static Message message(Link from, int size) {
    return new Message(from, from.peer, from.peer, HANDLE, 0, 0, new byte[size]);
  }

  @Test
  void manySendersThatKeepToTheirWindowsAreNotCutOff() {
    ReceiveQueue inbox = new ReceiveQueue(context, Handler.ANYBODY, MIB);

    for (int i = 0; i < 7; i++) {
      Link sender = child(101 + i);
      assertThat(inbox.offer(message(sender, 250 * KIB))).isTrue();
      assertThat(sender.dead()).isNull();
    }
  }

  @Test
  void whatComesBehindTheEndIsDropped() throws Exception {
    ReceiveQueue inbox =
        new ReceiveQueue(context, Handler.ANYBODY) {
          @Override
          protected boolean ended() {
            return true;
          }
        };

    assertThat(inbox.offer(message(child(101), 10))).isTrue();

    assertThat(inbox.isEmpty()).isTrue();
    assertThat(inbox.next(ReceiveQueue.FOREVER)).isNull();
  }

  @Test
  void whoHasMostIsCutOffAndNotWhoComesNext() {
    ReceiveQueue inbox = new ReceiveQueue(context, Handler.ANYBODY, MIB);
    Link greedy = child(101);
    Link honest = child(102);
    assertThat(inbox.offer(message(greedy, 2 * MIB))).isTrue();

    assertThat(inbox.offer(message(honest, 10))).isTrue();

    assertThat(honest.dead()).isNull();
    assertThat(greedy.dead()).contains("context 101 sends more");
  }

  @Test
  void whatIsDroppedIsTold() {
    List<Message> dropped = new ArrayList<>();
    ReceiveQueue inbox =
        new ReceiveQueue(context, Handler.ANYBODY, MIB) {
          @Override
          protected void dropped(Message m) {
            dropped.add(m);
          }
        };
    Message greedy = message(child(101), 2 * MIB);
    inbox.offer(greedy);

    inbox.offer(message(child(102), 10));

    assertThat(dropped).containsExactly(greedy);
  }

  @Test
  void ofManyWarningsAboutOneLinkTheFirstAreLogged() {
    LinkState link = LinkState.of(context, child(101));
    int logged = 0;
    for (int i = 0; i < 1000; i++) {
      logged += link.mayWarn() ? 1 : 0;
    }
    assertThat(logged).isEqualTo(100);
  }

  @Test
  void aHandlerThatFailsKeepsNoOtherFromHearingOfAnEnd() {
    List<Message> told = new ArrayList<>();
    Link stream = child(101);
    for (int i = 0; i < 10; i++) {
      boolean fails = i % 2 == 0;
      context.router.open(new Waiting(101, fails, told));
    }

    stream.end("as it is to");

    assertThat(told).hasSize(10);
  }

  private static final class Waiting extends Handler {
    private final boolean fails;
    private final List<Message> told;

    Waiting(int id, boolean fails, List<Message> told) {
      peer = id;
      this.fails = fails;
      this.told = told;
    }

    @Override
    protected void receive(Message m) {
      told.add(m);
      if (fails) {
        throw new IllegalStateException("as it is to");
      }
    }
  }

  @Test
  void manySendersTogetherTakeNoMoreThanTwiceAsMuch() throws Exception {
    ReceiveQueue inbox = new ReceiveQueue(context, Handler.ANYBODY, MIB);

    for (int i = 0; i < 20; i++) {
      inbox.offer(message(child(101 + i), 250 * KIB));
    }

    int waiting = 0;
    while (inbox.next(0) != null) {
      waiting++;
    }
    assertThat(waiting * 250).isBetween(2 * KIB, 2 * KIB + 250);
  }

  // ---- pieces

  private static void begin(Reassembly assembly, Link in, long replyTo, int total) {
    byte[] frame = new byte[Header.SIZE + 4];
    int flags = Header.FIRST | Header.MORE;
    Header.put(frame, 4, flags, 0, in.peer, in.peer, HANDLE, replyTo);
    Header.putInt(frame, Header.SIZE, total);
    assembly.add(in, frame, 0, frame.length);
  }

  private static Message piece(Reassembly assembly, Link in, long replyTo, int size, int flags) {
    byte[] frame = new byte[Header.SIZE + size];
    Header.put(frame, size, flags, 0, in.peer, in.peer, HANDLE, replyTo);
    return assembly.add(in, frame, 0, frame.length);
  }

  @Test
  void manyBegunMessagesCountWithTheMemoryThatTheyTake() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, 2 * MIB, 4 * MIB);
    Link in = child(101);

    for (int i = 1; i <= 100 && in.dead() == null; i++) {
      begin(assembly, in, i, MIB);
      if (in.dead() == null) {
        piece(assembly, in, i, 1, Header.MORE);
      }
    }

    assertThat(in.dead()).contains("begins more long messages than it ends");
  }

  @Test
  void oneMessageMayBeLongerThanWhatIsTooMuchOfMany() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2, MIB);
    Link in = child(101);
    int pieces = 4 * MIB / (64 * KIB);
    begin(assembly, in, 1, 4 * MIB);

    for (int i = 1; i < pieces; i++) {
      assertThat(piece(assembly, in, 1, 64 * KIB, Header.MORE)).isNull();
    }

    assertThat(piece(assembly, in, 1, 64 * KIB, 0)).isNotNull();
    assertThat(in.dead()).isNull();
  }

  /** Whether credit was given: then something waits for the link, which is not connected. */
  private static boolean wasGiven(Link to) {
    return to.pending() > 0;
  }

  @Test
  void manyStreamsTogetherTakeNoMoreAndWhoOnlyGoesOnIsNotCutOff() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, 2 * MIB, 4 * MIB);
    Link honest = child(101);
    begin(assembly, honest, 1, 8 * MIB);
    for (int i = 1; i < 2 * MIB / (64 * KIB); i++) {
      piece(assembly, honest, 1, 64 * KIB, Header.MORE);
    }

    List<Link> bad = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bad.add(child(102 + i));
    }
    for (int k = 1; k <= 10; k++) {
      for (Link in : bad) {
        if (in.dead() == null) {
          begin(assembly, in, k, MIB);
        }
      }
    }

    long held = bad.stream().filter(in -> in.dead() == null).count() * 10 * ReceiveBuffer.UNTRUSTED;
    assertThat(held).isBetween(1L, 4L * MIB);
    assertThat(honest.dead()).isNull();
    piece(assembly, honest, 1, 64 * KIB, Header.MORE);
    assertThat(honest.dead()).isNull();
  }

  @Test
  void whileMuchIsHeldOneGoesOnAndWhenItDoesNotTheNext() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2, 4 * MIB);
    Link first = child(101);
    Link next = child(102);
    begin(assembly, first, 1, MIB);
    begin(assembly, next, 1, MIB);
    for (int i = 0; i < 8; i++) {
      piece(assembly, next, 1, 64 * KIB, Header.MORE);
    }
    assertThat(assembly.isFull()).isTrue();
    int given = next.pending();
    long now = System.nanoTime();

    for (int i = 0; i < 4; i++) {
      piece(assembly, next, 1, 64 * KIB, Header.MORE);
    }
    assembly.look(now);
    assembly.look(now + 1_000_000_000L);
    assertThat(next.pending()).as("it is not its turn").isEqualTo(given);

    assembly.look(now + 11_000_000_000L);
    assertThat(next.pending()).isGreaterThan(given);
    assertThat(wasGiven(first)).isFalse();
  }

  @Test
  void whoBeginsManyMessagesHasOneTurnBeforeOthers() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2, 40 * MIB);
    Link many = child(101);
    Link one = child(102);
    for (int i = 1; i <= 20; i++) {
      begin(assembly, many, i, MIB);
      piece(assembly, many, i, 32 * KIB, Header.MORE);
    }
    begin(assembly, one, 1, MIB);
    for (int i = 0; i < 8; i++) {
      piece(assembly, one, 1, 64 * KIB, Header.MORE);
    }
    int given = one.pending();
    long now = System.nanoTime();
    assembly.look(now);

    assembly.look(now + 11_000_000_000L);

    assertThat(one.pending()).isGreaterThan(given);
  }

  @Test
  void whatIsGoneMakesRoomForOthers() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2, 4 * MIB);
    Link first = child(101);
    Link next = child(102);
    begin(assembly, first, 1, MIB);
    for (int i = 0; i < 8; i++) {
      piece(assembly, first, 1, 64 * KIB, Header.MORE);
    }
    begin(assembly, next, 1, MIB);
    for (int i = 0; i < 4; i++) {
      piece(assembly, next, 1, 64 * KIB, Header.MORE);
    }
    assertThat(wasGiven(next)).isFalse();

    assembly.ended(first);

    assertThat(wasGiven(next)).isTrue();
    assertThat(assembly.isFull()).isFalse();
  }

  @Test
  void anAnswerThatOvertakesThePiecesOfTheOneBeforeHarmsNothing() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB, 4 * MIB);
    Link in = child(101);
    begin(assembly, in, 1, MIB);
    piece(assembly, in, 1, 64 * KIB, Header.MORE);

    assertThat(piece(assembly, in, 1, 0, Header.DEAD).dead()).isTrue();

    assertThat(piece(assembly, in, 1, 64 * KIB, Header.MORE)).isNull();
    assertThat(piece(assembly, in, 1, 0, Header.DEAD | Header.MORE)).isNull();
    begin(assembly, in, 1, MIB);
  }
}
