package org.mitogen4j.internal.context;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;

/**
 * Queues messages for threads that take them, and gives their senders credit as they are taken. A
 * sender that sends more than it has credit for is refused. It is a handler by itself, and takes
 * what other handlers get.
 */
public class ReceiveQueue extends Handler {
  /** As a time to wait. */
  public static final long FOREVER = Long.MAX_VALUE;

  /**
   * What a context may have at one handle before its last message, which may overdraw its credit.
   */
  private static final long MOST = 2L * Credits.WINDOW;

  /**
   * What all may have here together: beyond it, who has most is cut off, unless that is no more
   * than its window; beyond twice as much, in any case.
   */
  private static final long MOST_OF_ALL = Runtime.getRuntime().maxMemory() / 4;

  private final ContextRuntime context;
  private final long most;
  private final ArrayDeque<Message> queue = new ArrayDeque<>(); // guarded by this
  private int waiting; // guarded by this
  private final Map<ConversationId, long[]> held = new HashMap<>(); // guarded by this
  private long all; // guarded by this

  /**
   * @param from {@link #ANYBODY}, {@link #PARENTS} or a context
   */
  public ReceiveQueue(ContextRuntime context, int from) {
    this(context, from, MOST_OF_ALL);
  }

  /** For tests of the bound. */
  ReceiveQueue(ContextRuntime context, int from, long most) {
    this.context = context;
    this.most = most;
    peer = from;
  }

  @Override
  protected void receive(Message m) {
    if (offer(m)) {
      arrived();
    }
  }

  /** Queues a message, unless its sender has no credit: then that is cut off. */
  protected final boolean offer(Message m) {
    int culprit = add(m);
    if (culprit >= 0) {
      String why = "context " + culprit + " sends more than it was given credit for";
      Link way = culprit == m.src ? m.from : context.routing.routes.get(culprit);
      context.departures.cut(way, culprit, Disconnects.BAD + why);
    }
    return culprit != m.src || m.from == null;
  }

  /** Queues it; -1, or who is to be cut off: its sender, then it is not queued, or another. */
  private synchronized int add(Message m) {
    if (ended()) {
      return -1; // nobody is going to take it
    }
    int culprit = -1;
    if (m.from != null) {
      ConversationId key = new ConversationId(m.src, m.handle, 0);
      long[] sum = held.get(key);
      if (sum == null) {
        held.put(key, sum = new long[1]);
      }
      culprit = sum[0] > MOST ? m.src : all > most ? shed(m.src) : -1;
      if (culprit == m.src) {
        return culprit;
      }
      sum[0] += Credits.cost(m.size);
      all += Credits.cost(m.size);
    }
    queue.add(m);
    if (waiting > 0) {
      notify();
    }
    return culprit;
  }

  /**
   * Drops what is here of who has most, and can be cut off; -1 if that is too little to blame it.
   */
  private int shed(int sender) { // this is held
    ConversationId greediest = null;
    long bytes = all > 2 * most ? 0 : MOST;
    for (Map.Entry<ConversationId, long[]> e : held.entrySet()) {
      ConversationId key = e.getKey();
      boolean there = key.context == sender || context.routing.routes.get(key.context) != null;
      if (there && e.getValue()[0] > bytes) {
        bytes = e.getValue()[0];
        greediest = key;
      }
    }
    if (greediest == null) {
      return -1;
    }
    for (Iterator<Message> i = queue.iterator(); i.hasNext(); ) {
      Message m = i.next();
      if (m.from != null && m.src == greediest.context && m.handle == greediest.handle) {
        i.remove();
        dropped(m);
      }
    }
    all -= held.remove(greediest)[0];
    return greediest.context;
  }

  /** A message that waited is not going to be taken; this is held. */
  protected void dropped(Message m) {}

  /** A message was added. Called on reading threads, without a lock. */
  protected void arrived() {}

  /** Takes the next message out of the queue; null when none may be taken now. This is held. */
  protected Message pick(Queue<Message> waiting) {
    return waiting.poll();
  }

  /** Whether nothing more will come; this is held. */
  protected boolean ended() {
    return false;
  }

  /** Whether those who wait for a message are to wait no longer; this is held. */
  protected boolean released() {
    return ended();
  }

  /** Whether none waits. */
  public final synchronized boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Drops what waits, and wakes those who wait. */
  public final synchronized void clear() {
    queue.clear();
    held.clear();
    all = 0;
    notifyAll();
  }

  /** The next message; null when there is none within so long, or none will come. */
  public final Message next(long nanos) throws InterruptedException {
    Message m;
    synchronized (this) {
      long until = nanos == FOREVER ? 0 : System.nanoTime() + nanos;
      for (long left = nanos; queue.isEmpty() && !released(); ) {
        if (left <= 0) {
          return null;
        }
        pause(left);
        left = nanos == FOREVER ? FOREVER : until - System.nanoTime();
      }
      m = pick(queue);
      if (m == null) {
        return null;
      }
      if (m.from != null) {
        ConversationId key = new ConversationId(m.src, m.handle, 0);
        long[] sum = held.get(key);
        sum[0] -= Credits.cost(m.size);
        all -= Credits.cost(m.size);
        if (sum[0] == 0) {
          held.remove(key);
        }
      }
    }
    if (!m.dead()) {
      context.credits.consumed(m);
    }
    return m;
  }

  private void pause(long nanos) throws InterruptedException { // this is held
    waiting++;
    try {
      if (nanos == FOREVER) {
        wait(); // until receive or an end
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, nanos + 999_999);
      }
    } finally {
      waiting--;
    }
  }
}
