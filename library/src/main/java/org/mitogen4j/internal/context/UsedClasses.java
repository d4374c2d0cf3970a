package org.mitogen4j.internal.context;

import java.nio.charset.StandardCharsets;
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
  // The most bytes of each of the two lists in one answer. The last name of a list may exceed the
  // limit.
  // Both together stay below the megabyte that the parent takes. What has no room comes with the
  // next answer, which the parent may never ask for: so a program of 10,000 classes has to fit.
  private static final int MAX_CLASSES = 3 << 18;
  private static final int MAX_MISSED = 1 << 16;

  private final ContextRuntime context;

  UsedClasses(ContextRuntime context) {
    this.context = context;
  }

  @Override
  public void receive(Message m) {
    MessageRouter router = context.router;
    Encoder e = new Encoder(router, false);
    e.text(take(context.blocks.used, "/", MAX_CLASSES));
    e.text(take(context.blocks.missed, "\n", MAX_MISSED));
    try {
      context.delivery.sendNow(m.src, m.replyTo, e);
    } catch (DeadException gone) {
      // then nobody wants to know
    }
  }

  private static String take(Set<String> names, String separator, int maxBytes) {
    StringBuilder taken = new StringBuilder();
    int bytes = 0;
    for (String name : names.toArray(new String[0])) { // other threads add to them
      if (bytes < maxBytes) {
        taken.append(taken.length() == 0 ? "" : separator).append(name);
        bytes += name.getBytes(StandardCharsets.UTF_8).length + 1;
        names.remove(name);
      }
    }
    return taken.toString();
  }
}
