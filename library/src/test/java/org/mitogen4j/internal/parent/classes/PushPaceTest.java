package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Classes that nobody asked for wait while much is on its way to the other end of a link. */
@Timeout(60)
class PushPaceTest {
  private static final int FRAME = Header.MAX_PAYLOAD;

  private final Router router = Router.create();
  private final MessageRouter messages = TestRouters.of(router).router;
  private final Link link = new Link(messages, 1);
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PipedOutputStream otherEnd = new PipedOutputStream();

  @BeforeEach
  void begin() throws Exception {
    link.attach(new PipedInputStream(otherEnd), written);
    link.begin(new byte[0]);
    new Thread(link).start();
  }

  @AfterEach
  void end() throws Exception {
    otherEnd.close();
    router.close();
  }

  private void send(int frames) {
    for (int i = 0; i < frames; i++) {
      byte[] head = new byte[Header.SIZE];
      Header.put(head, FRAME, Header.BULK, 1, 0, 0, Handle.FIRST_FREE, 0);
      link.send(head, 0, head.length, new byte[FRAME], 0, FRAME, true);
    }
  }

  /** The other end tells that it has read all. */
  private void acknowledge() throws Exception {
    byte[] frame = new byte[Header.SIZE];
    long bytes = LinkView.sent(link)[1];
    Header.put(frame, 0, 0, Handle.LINK, 1, 1, Handle.ACK, bytes);
    otherEnd.write(frame);
    otherEnd.flush();
    Await.until(() -> LinkView.sent(link)[2] == bytes);
  }

  @Test
  void aLinkWhoseOtherEndHasReadNothingTakesNoMore() {
    PushPace pace = new PushPace(link);
    assertThat(pace.hasRoom()).isTrue();

    send(2);

    assertThat(pace.hasRoom()).isFalse();
  }

  @Test
  void aLinkWhoseOtherEndHasReadAllTakesMore() throws Exception {
    PushPace pace = new PushPace(link);
    send(2);

    acknowledge();

    assertThat(pace.hasRoom()).isTrue();
  }

  @Test
  void asMuchMayBeOnItsWayAsTheOtherEndReadLately() throws Exception {
    PushPace pace = new PushPace(link);
    send(8);
    acknowledge();

    send(7);
    assertThat(pace.hasRoom()).isTrue();
    send(2);
    assertThat(pace.hasRoom()).isFalse();
  }

  @Test
  void itIsKnownWhetherTheOtherEndHasReadWhatWasSentBeforeItWasAsked() throws Exception {
    PushPace pace = new PushPace(link);
    send(1);

    long first = pace.ask();

    assertThat(pace.hasRead(first)).isFalse();
    Await.until(() -> LinkView.sent(link)[1] == first); // the question is written
    acknowledge();
    assertThat(pace.hasRead(first)).isTrue();
  }

  @Test
  void aLinkIsFastThatAnswersSoonAlsoIfTheOtherEndHadReadAllBefore() throws Exception {
    PushPace pace = new PushPace(link);
    send(1);
    acknowledge();
    assertThat(pace.isFast()).isFalse(); // it was not asked

    long question = pace.ask();
    assertThat(pace.isFast()).isFalse();
    Await.until(() -> LinkView.sent(link)[1] == question);
    acknowledge();

    assertThat(pace.awaitFast()).isTrue();
  }

  @Test
  void theOtherEndIsAskedOnceWhatItHasRead() throws Exception {
    PushPace pace = new PushPace(link);
    send(2);
    int before = written.size();

    assertThat(pace.hasRoom()).isFalse();
    assertThat(pace.hasRoom()).isFalse();
    Await.until(() -> written.size() - before == Header.SIZE);

    acknowledge();
    send(3);
    assertThat(pace.hasRoom()).isFalse();
    Await.until(() -> written.size() - before == 2 * Header.SIZE + 3 * (Header.SIZE + FRAME));
  }
}
