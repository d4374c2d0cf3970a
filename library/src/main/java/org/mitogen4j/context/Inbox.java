package org.mitogen4j.context;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.mitogen4j.kernel.Handler;
import org.mitogen4j.kernel.Message;

/**
 * A handler that queues messages for a thread that takes them, and gives their senders credit as
 * they are taken. A sender that sends more than it has credit for is refused.
 */
public class Inbox extends Handler {
  /** What a context may have here: its credit, what one message may overdraw it by, and some. */
  private final long most;

  private final FullContext context;
  private final ArrayDeque<Message> queue = new ArrayDeque<>(); // guarded by this
  private final Map<Integer, long[]> held = new HashMap<>(); // guarded by this

  /**
   * @param from {@link #ANYBODY}, {@link #PARENTS} or a context
   */
  public Inbox(FullContext context, int from) {
    this.context = context;
    peer = from;
    most = 2L * Credits.WINDOW + Credits.cost(context.limit);
  }

  @Override
  protected void receive(Message m) {
    synchronized (this) {
      long[] sum = held.get(m.src);
      if (sum == null) {
        held.put(m.src, sum = new long[1]);
      }
      if (sum[0] + Credits.cost(m.size) <= most || m.dead()) {
        sum[0] += Credits.cost(m.size);
        queue.add(m);
        notifyAll();
        return;
      }
    }
    if (m.from != null) {
      m.from.end("context " + m.src + " sends more than it was given credit for");
    }
  }

  /** The next message; null when there is none within so many milliseconds. */
  public Message poll(long millis) throws InterruptedException {
    Message m;
    synchronized (this) {
      long until = System.nanoTime() + millis * 1_000_000;
      for (long left = millis; queue.isEmpty() && left > 0; ) {
        wait(left); // until receive
        left = (until - System.nanoTime() + 999_999) / 1_000_000;
      }
      m = queue.poll();
      if (m == null) {
        return null;
      }
      long[] sum = held.get(m.src);
      sum[0] -= Credits.cost(m.size);
      if (sum[0] == 0) {
        held.remove(m.src);
      }
    }
    context.credits.consumed(m);
    return m;
  }
}
