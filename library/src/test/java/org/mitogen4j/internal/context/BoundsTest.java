package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;

/** How much may be held, and which link is ended for more. */
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

  private static final int FRAME = 64 * KIB;

  /** Contexts that a child says are below it. */
  private void madeUp(Link child, int first, int count) {
    for (int i = 0; i < count; i++) {
      context.routing.routes.put(first + i, child.peer, child);
    }
  }

  private void pass(Link in, int src, int dst, long handle, long replyTo, int flags, byte[] body) {
    byte[] frame = new byte[Header.SIZE + body.length];
    Header.put(frame, body.length, flags, dst, src, src, handle, replyTo);
    System.arraycopy(body, 0, frame, Header.SIZE, body.length);
    if (in.dead() == null) {
      context.routing.accept(in, frame, 0, frame.length);
    }
  }

  /** Whether a link has ended, or is going to, as nobody at its other end answers reports. */
  private boolean isToEnd(Link link) {
    long later = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    return link.dead() != null || LinkState.of(context, link).isOverdue(later);
  }

  private void item(Link in, int src, int dst) {
    pass(in, src, dst, Handle.FIRST_SECRET + 1, 0, Header.BULK, new byte[FRAME]);
  }

  private void question(Link in, int dst) {
    pass(in, in.peer, dst, HANDLE, HANDLE, 0, Message.EMPTY);
  }

  private void answer(Link in, int dst) {
    pass(in, in.peer, dst, HANDLE, 0, 0, new byte[FRAME]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, 5000})
  void aFloodEndsTheLinkThatItCameInByWhateverSourcesItNames(int sources) {
    context.blame.limit(Resource.WAITING, 4 * MIB, 8 * MIB);
    Link slow = child(101);
    Link flooding = child(102);
    Link honest = child(103);
    madeUp(flooding, 1000, sources);
    for (int i = 0; i < 4; i++) {
      item(honest, 103, 101);
    }

    int most = 0;
    for (int i = 0; i < 1000; i++) {
      item(flooding, 1000 + i % sources, 101);
      most = Math.max(most, slow.pending());
    }
    item(honest, 103, 101);

    assertThat(isToEnd(flooding)).isTrue();
    assertThat(isToEnd(honest)).isFalse();
    assertThat(slow.dead()).isNull();
    assertThat(honest.dead()).isNull();
    assertThat(most).isLessThan(5 * MIB);
  }

  @Test
  void aFloodThatIsSpreadOverManyLinksEndsTheLinkThatItCameInBy() {
    context.blame.limit(Resource.WAITING, 4 * MIB, 8 * MIB);
    List<Link> slow = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      slow.add(child(101 + i));
    }
    Link flooding = child(201);
    madeUp(flooding, 1000, 60);

    for (int i = 0; i < 1000; i++) {
      item(flooding, 1000 + i % 60, 101 + i % 50);
    }

    assertThat(isToEnd(flooding)).isTrue();
    assertThat(slow).noneMatch(this::isToEnd);
    assertThat(slow.stream().mapToInt(Link::pending).sum()).isLessThan(8 * MIB);
  }

  @Test
  void oneQuestionAllowsOneAnswer() {
    context.blame.limit(Resource.WAITING, 4 * MIB, 8 * MIB);
    Link asking = child(101);
    Link answering = child(102);
    question(asking, 102);

    for (int i = 0; i < 1000; i++) {
      answer(answering, 101);
    }

    assertThat(answering.dead().text).contains("because of context 102");
    assertThat(asking.dead()).isNull();
  }

  @Test
  void aLinkThatAsksAndDoesNotReadIsEndedAndNotTheOneThatAnswers() {
    context.blame.limit(Resource.WAITING, 4 * MIB, 8 * MIB);
    Link asking = child(101);
    Link answering = child(102);

    for (int i = 0; i < 1000; i++) {
      question(asking, 102);
      answer(answering, 101);
    }

    assertThat(asking.dead().text).contains("because of context 101");
    assertThat(answering.dead()).isNull();
  }

  @Test
  void aLinkThatGivesCreditAndDoesNotReadIsEndedAndNotTheSender() {
    context.blame.limit(Resource.WAITING, 4 * MIB, 8 * MIB);
    Link reading = child(101);
    Link sending = child(102);
    byte[] credit = new byte[19];
    credit[16] = (byte) 0x80; // a varint: 1 << 16
    credit[17] = (byte) 0x80;
    credit[18] = 4;

    for (int i = 0; i < 1000; i++) {
      pass(reading, 101, 102, Handle.CREDIT, 0, 0, credit);
      item(sending, 102, 101);
    }

    assertThat(reading.dead().text).contains("because of context 101");
    assertThat(sending.dead()).isNull();
  }

  @Test
  void manySendersWithinTheirWindowsAreNotToBlameForALinkThatDoesNotRead() {
    context.blame.limit(Resource.WAITING, 16 * MIB, 64 * MIB);
    Link deaf = child(101);
    List<Link> senders = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      senders.add(child(201 + i));
    }

    for (int n = 0; n < 4; n++) {
      for (Link sender : senders) {
        item(sender, sender.peer, 101);
      }
    }

    assertThat(deaf.dead()).isNotNull();
    assertThat(senders).allMatch(link -> link.dead() == null);
  }

  // ---- what waits for a receiver

  private static Message message(Link from, int size) {
    return new Message(from, from.peer, from.peer, HANDLE, 0, 0, new byte[size]);
  }

  @Test
  void manySendersThatKeepToTheirWindowsAreNotCutOff() {
    ReceiveQueue inbox = new ReceiveQueue(context, Handler.ANYBODY);
    context.blame.limit(Resource.RECEIVED, MIB, 2 * MIB);

    for (int i = 0; i < 7; i++) {
      Link sender = child(101 + i);
      assertThat(inbox.offer(message(sender, 250 * KIB))).isTrue();
      assertThat(sender.dead()).isNull();
    }
  }

  @Test
  void messagesBehindTheEndAreDropped() throws Exception {
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

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 8 * KIB, 250 * KIB})
  void theLinkWhoseContextsHaveMostIsEndedWhateverSourcesTheyName(int size) throws Exception {
    context.blame.limit(Resource.RECEIVED, MIB, 2 * MIB);
    List<Message> dropped = new ArrayList<>();
    ReceiveQueue queue =
        new ReceiveQueue(context, Handler.ANYBODY) {
          @Override
          protected void dropped(Message m) {
            dropped.add(m);
          }
        };
    Link flooding = child(101);
    Link honest = child(102);
    madeUp(flooding, 1000, 775);
    queue.offer(message(honest, 200 * KIB));

    int queued = 0;
    for (int i = 0; i < 20_000; i++) {
      Message m = new Message(flooding, 1000 + i % 775, 1, HANDLE, 0, 0, new byte[size]);
      queued += queue.offer(m) ? 1 : 0;
    }

    assertThat(isToEnd(flooding)).isTrue();
    assertThat(isToEnd(honest)).isFalse();
    flooding.end(new EndCause(EndCause.OVERLOAD, "it did not answer"));
    assertThat((long) queued * (size + Limits.MESSAGE_COST)).isLessThanOrEqualTo(MIB);
    assertThat(dropped).hasSize(queued);
    assertThat(queue.next(0).from).isSameAs(honest);
    assertThat(queue.next(0)).isNull();
    assertThat(context.blame.held(Resource.RECEIVED)).isZero();
  }

  @Test
  void messagesInManyQueuesCountTogether() {
    context.blame.limit(Resource.RECEIVED, MIB, 2 * MIB);
    Link flooding = child(101);

    for (int i = 0; i < 20; i++) {
      new ReceiveQueue(context, Handler.ANYBODY).offer(message(flooding, 100 * KIB));
    }

    assertThat(flooding.dead()).isNotNull();
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

    stream.end(new EndCause(EndCause.LOST, "as it is to"));

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
    public void receive(Message m) {
      told.add(m);
      if (fails) {
        throw new IllegalStateException("as it is to");
      }
    }
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
  void messagesThatAreOnlyBegunHoldUpNoOthers() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, 4 * MIB);
    Link many = child(101);
    Link honest = child(102);
    for (int i = 1; i <= 1100; i++) {
      begin(assembly, many, i, 128 * KIB);
    }

    begin(assembly, honest, 1, 2 * MIB);
    for (int i = 0; i < 8; i++) {
      piece(assembly, honest, 1, 64 * KIB, Header.MORE);
    }

    assertThat(assembly.isFull()).isFalse();
    assertThat(wasGiven(honest)).isTrue();
  }

  @Test
  void whatCameOfMessagesThatDoNotGoOnEndsTheLink() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    context.blame.limit(Resource.UNFINISHED, 4 * MIB, 8 * MIB);
    Reassembly assembly = new Reassembly(context, 16 * MIB);
    Link in = child(101);
    Link honest = child(102);
    begin(assembly, honest, 1, MIB);
    piece(assembly, honest, 1, 64 * KIB, Header.MORE);

    for (int i = 1; i <= 100 && in.dead() == null; i++) {
      begin(assembly, in, i, MIB);
      piece(assembly, in, i, 64 * KIB, Header.MORE);
    }

    assertThat(in.dead().text).contains("is unfinished because of context 101");
    assertThat(honest.dead()).isNull();
  }

  @Test
  void oneMessageMayBeLongerThanWhatIsTooMuchOfMany() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2);
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
  void manyLinksTogetherTakeNoMoreAndALinkThatOnlyGoesOnIsNotEnded() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    context.blame.limit(Resource.UNFINISHED, 2 * MIB, 4 * MIB);
    Reassembly assembly = new Reassembly(context, 2 * MIB);
    Link honest = child(101);
    begin(assembly, honest, 1, 8 * MIB);
    for (int i = 1; i < 2 * MIB / (64 * KIB); i++) {
      piece(assembly, honest, 1, 64 * KIB, Header.MORE);
    }

    List<Link> bad = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bad.add(child(102 + i));
    }
    for (int k = 1; k <= 20; k++) {
      for (Link in : bad) {
        if (in.dead() == null) {
          begin(assembly, in, k, MIB);
          if (in.dead() == null) {
            piece(assembly, in, k, 64 * KIB, Header.MORE);
          }
        }
      }
    }

    assertThat(context.blame.held(Resource.UNFINISHED)).isBetween(1L, 4L * MIB);
    assertThat(honest.dead()).isNull();
    piece(assembly, honest, 1, 64 * KIB, Header.MORE);
    assertThat(honest.dead()).isNull();
  }

  @Test
  void whileMuchIsHeldOneGoesOnAndWhenItDoesNotTheNext() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2);
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
  void aLinkThatBeginsManyMessagesHasOneTurnBeforeOthers() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2);
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
  void aLinkThatDropsItsMessagesAndBeginsOthersGetsNoFurtherTurnFirst() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2);
    Link late = child(101);
    Link one = child(102);
    begin(assembly, late, 1, MIB);
    begin(assembly, one, 1, 4 * MIB);
    for (int i = 0; i < 8; i++) {
      piece(assembly, one, 1, 64 * KIB, Header.MORE);
    }
    long now = System.nanoTime();
    assembly.look(now);
    assembly.look(now + 11_000_000_000L); // from now on it is the other's turn
    piece(assembly, late, 1, 0, Header.DEAD | Header.MORE);
    int given = one.pending();

    begin(assembly, late, 2, MIB);
    for (int i = 0; i < 4; i++) {
      piece(assembly, one, 1, 64 * KIB, Header.MORE);
    }

    assertThat(one.pending()).isGreaterThan(given);
  }

  @Test
  void messagesThatAreGoneMakeRoomForOthers() {
    context.router.handlers.put(HANDLE, new ReceiveQueue(context, Handler.ANYBODY));
    Reassembly assembly = new Reassembly(context, MIB / 2);
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
    Reassembly assembly = new Reassembly(context, MIB);
    Link in = child(101);
    begin(assembly, in, 1, MIB);
    piece(assembly, in, 1, 64 * KIB, Header.MORE);

    assertThat(piece(assembly, in, 1, 0, Header.DEAD).dead()).isTrue();

    assertThat(piece(assembly, in, 1, 64 * KIB, Header.MORE)).isNull();
    assertThat(piece(assembly, in, 1, 0, Header.DEAD | Header.MORE)).isNull();
    begin(assembly, in, 1, MIB);
  }
}
