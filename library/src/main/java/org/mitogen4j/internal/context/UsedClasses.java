package org.mitogen4j.internal.context;

import java.util.Iterator;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Says which classes this context has loaded since it was asked last. */
final class UsedClasses extends Handler {
  /** Letters of all names in one answer; the others come with the next. */
  private static final int MAX_LETTERS = 1 << 18;

  private final ContextRuntime context;

  UsedClasses(ContextRuntime context) {
    this.context = context;
  }

  @Override
  public void receive(Message m) {
    MessageRouter router = context.router;
    StringBuilder names = new StringBuilder();
    Iterator<String> used = context.blocks.used.iterator();
    while (used.hasNext() && names.length() < MAX_LETTERS) {
      names.append(names.length() == 0 ? "" : "/").append(used.next());
      used.remove();
    }
    Encoder e = new Encoder(router, false);
    e.text(names.toString());
    try {
      context.sendNow(m.src, m.replyTo, e);
    } catch (DeadException gone) {
      // then nobody wants to know
    }
  }
}
