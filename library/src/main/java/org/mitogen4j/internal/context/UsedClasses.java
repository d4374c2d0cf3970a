package org.mitogen4j.internal.context;

import java.util.Iterator;
import java.util.Set;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Answers the parent's request for the classes that this context has loaded since the last such
 * request, and for the names that it found absent without asking the parent.
 */
final class UsedClasses extends Handler {
  /**
   * The most characters of each of the two lists in one answer; the other names come with the next
   * answer.
   */
  private static final int MAX_LETTERS = 1 << 18;

  private final ContextRuntime context;

  UsedClasses(ContextRuntime context) {
    this.context = context;
  }

  @Override
  public void receive(Message m) {
    MessageRouter router = context.router;
    Encoder e = new Encoder(router, false);
    e.text(take(context.blocks.used, "/"));
    e.text(take(context.blocks.missed, "\n"));
    try {
      context.delivery.sendNow(m.src, m.replyTo, e);
    } catch (DeadException gone) {
      // then nobody wants to know
    }
  }

  private static String take(Set<String> names, String separator) {
    StringBuilder taken = new StringBuilder();
    Iterator<String> all = names.iterator();
    while (all.hasNext() && taken.length() < MAX_LETTERS) {
      taken.append(taken.length() == 0 ? "" : separator).append(all.next());
      all.remove();
    }
    return taken.toString();
  }
}
