package org.mitogen4j.internal.context;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.bounds.RateLimit;
import org.mitogen4j.internal.kernel.CallHandler;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Makes a dump of the threads of this context, on a thread of its own, so that it works however
 * busy the context is. A request with a reply handle is answered with the whole text. After a
 * request without one, because the context seems to hang, the dump is sent to the master's log: at
 * most once a minute, and cut to one frame.
 */
final class DumpHandler extends Handler {
  private static final String TEXT = "org.mitogen4j.internal.context.dump.ThreadDump";

  /** The most bytes of a dump in the log: with the message around them they fit a frame. */
  private static final int MAX_LOGGED = Header.MAX_PAYLOAD - (1 << 10);

  private static final String CUT = "\n... (cut)\n";

  /** The least time from one dump in the log to the next. */
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ContextRuntime context;

  private final RateLimit logs = new RateLimit(PAUSE_NANOS);

  DumpHandler(ContextRuntime context) {
    this.context = context;
  }

  @Override
  public void receive(Message m) {
    context.credits.consumed(m);
    if (m.dead()) {
      return;
    } else if (m.replyTo != 0) {
      context.threads.execute(() -> answer(m));
    } else if (logs.allows(System.nanoTime())) {
      String why = m.size == 0 ? "" : new String(m.pieces[0], StandardCharsets.UTF_8);
      context.threads.execute(() -> log(why));
    }
  }

  @SuppressWarnings("unchecked")
  private String text() {
    return ((Supplier<String>) MessageRouter.make(TEXT, MessageRouter.class, context.router)).get();
  }

  private void answer(Message m) {
    Encoder e = new Encoder(context.router, false);
    e.u8(CallHandler.OK);
    e.value(new Object[] {text()});
    try {
      context.router.send(m.src, m.replyTo, 0, e, 0, true);
    } catch (DeadException gone) {
      // then nobody wants to know
    }
  }

  private void log(String why) {
    byte[] utf8 = (why + ": " + text()).getBytes(StandardCharsets.UTF_8);
    if (utf8.length > MAX_LOGGED) {
      String begin = new String(utf8, 0, MAX_LOGGED, StandardCharsets.UTF_8);
      utf8 = (begin.substring(0, begin.length() - 1) + CUT).getBytes(StandardCharsets.UTF_8);
    }
    try {
      OutputForwarder.sendAnyway(
          context, OutputForwarder.message(context, OutputForwarder.DUMP, context.router.id, utf8));
    } catch (DeadException gone) {
      // then nobody wants to know
    }
  }
}
