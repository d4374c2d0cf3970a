package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;

/** A context between keeps the classes that its parent sends further down. */
@Timeout(60)
class RelayedPushTest {
  /** The code that runs in the context between; its link to the context below leads nowhere. */
  static final class Between {
    private static final int BELOW = 1_000_000;
    private static final int PIECE = 1000;

    private final ContextRuntime context = TestRouters.of(Router.current());
    private final Link parent = context.router.parent;

    private void accept(int flags, byte[] payload) {
      byte[] frame = new byte[Header.SIZE + payload.length];
      Header.put(frame, payload.length, flags, BELOW, 0, 0, Handle.PUSH, 0);
      System.arraycopy(payload, 0, frame, Header.SIZE, payload.length);
      context.routing.accept(parent, frame, 0, frame.length);
    }

    private byte[] push(String name) {
      Encoder e = new Encoder(context.router, true);
      e.text(name);
      e.bytes(new byte[] {1, 2, 3, 4, 5});
      return FragmentedSend.join(e);
    }

    static String overtaken() throws IOException {
      Between between = new Between();
      Link below = new Link(between.context.router, BELOW);
      below.attach(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream());
      below.begin(new byte[0]);
      between.context.routing.routes.put(BELOW, 0, below);

      between.accept(Header.BULK | Header.FIRST | Header.MORE, new byte[] {0, 0, 7, (byte) 208});
      between.accept(Header.BULK | Header.MORE, new byte[PIECE]);
      between.accept(0, between.push("a.Urgent"));
      between.accept(Header.BULK, new byte[PIECE]);
      between.accept(Header.BULK, between.push("a.Bulk"));
      boolean urgent = between.context.router.classes.kept("a.Urgent") != null;
      boolean bulk = between.context.router.classes.kept("a.Bulk") != null;
      return "urgent "
          + urgent
          + ", bulk "
          + bulk
          + ", link alive "
          + (between.parent.dead() == null);
    }
  }

  @Test
  void anUrgentClassThatOvertakesThePiecesOfALongOneIsKept() throws Exception {
    try (Router router = Router.create()) {
      Context between = router.connect(InProcess.create());

      assertThat(between.call(Between::overtaken))
          .isEqualTo("urgent true, bulk true, link alive true");
    }
  }
}
