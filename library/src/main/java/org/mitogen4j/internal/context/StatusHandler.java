package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.kernel.CallHandler;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Answers how many calls run and wait in a context, or what went over the links to its children.
 * Answers on the reading thread, with one frame.
 */
final class StatusHandler extends Handler {
  /** The most links in an answer. */
  private static final int MAX_LINKS = 1000;

  private final ContextRuntime context;
  private final MessageRouter router;
  private final boolean links;

  /**
   * @param links true for the traffic of links, false for the numbers of calls
   */
  StatusHandler(ContextRuntime context, boolean links) {
    this.context = context;
    this.links = links;
    router = context.router;
  }

  @Override
  public void receive(Message m) {
    context.credits.consumed(m);
    Encoder e = new Encoder(router, false);
    e.u8(CallHandler.OK);
    e.value(links ? links() : calls());
    try {
      router.send(m.src, m.replyTo, 0, e, 0, false);
    } catch (DeadException gone) {
      // then nobody wants to know
    }
  }

  /** The numbers of calls that run and that wait. */
  private Object[] calls() {
    int queued = context.workers.queued();
    return new Object[] {Math.max(0, router.calls.running.size() - queued), queued};
  }

  /** For each child: its number, and the {@link LinkView#traffic} of its link. */
  private Object[] links() {
    List<Object> counts = new ArrayList<>();
    int told = 0;
    for (Link child : context.routing.routes.children()) {
      if (told++ < MAX_LINKS) {
        counts.add(child.peer);
        for (long count : LinkView.traffic(context, child)) {
          counts.add(count);
        }
      }
    }
    return counts.toArray();
  }
}
