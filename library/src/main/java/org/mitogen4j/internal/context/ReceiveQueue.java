package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;

/**
 * Queues messages for threads that take them, and gives their senders credit as they are taken. A
 * sender that sends more than it has credit for is refused. It is a handler by itself, and takes
 * what other handlers get.
 */
public class ReceiveQueue extends Handler {
  /** As a time to wait. */
  public static final long FOREVER = Long.MAX_VALUE;

  /** A queue that holds more of one link is looked through when a link is ended, in bytes. */
  private static final long LITTLE = 1 << 16;

  private final ContextRuntime context;

  @GuardedBy("this")
  private final ArrayDeque<Message> queue = new ArrayDeque<>();

  @GuardedBy("this")
  private int waiting;

  @GuardedBy("this")
  private final Map<ConversationId, long[]> held = new HashMap<>();

  @GuardedBy("this")
  private long all; // charged to links

  @GuardedBy("this")
  private boolean looked; // whether it is among those that are looked through

  /**
   * @param from {@link #ANYBODY}, {@link #PARENTS} or a context
   */
  public ReceiveQueue(ContextRuntime context, int from) {
    this.context = context;
    peer = from;
  }

  @Override
  public void receive(Message m) {
    if (offer(m)) {
      assert !Thread.holdsLock(this);
      arrived();
    }
  }

  /**
   * Queues a message, unless its sender has no credit for it, or too much waits in this context
   * because of its link.
   *
   * @return false when it is not queued
   */
  protected final boolean offer(Message m) {
    if (isCharged(m)
        && !context.blame.charge(m.from, Resource.RECEIVED, m.src, Limits.MESSAGE_COST + m.size)) {
      String why = "too much waits in " + context.router.name;
      context.routing.dead(m.from, m.src, m.replyTo, new EndCause(EndCause.OVERLOAD, why));
      return false;
    }
    if (add(m)) {
      return true;
    }
    release(m);
    String why = "context " + m.src + " sends more than it was given credit for";
    context.disconnects.cut(m.from, m.src, new EndCause(EndCause.PROTOCOL_ERROR, why));
    return false;
  }

  /** What parents send is bounded by their credit alone. */
  private boolean isCharged(Message m) {
    return m.from != null && !context.router.isParent(m.auth);
  }

  private void release(Message m) {
    if (isCharged(m)) {
      context.blame.release(m.from, Resource.RECEIVED, Limits.MESSAGE_COST + m.size);
    }
  }

  /** Whether its sender has credit for it; then it is queued, if it is ever going to be taken. */
  private synchronized boolean add(Message m) {
    if (ended()) {
      release(m);
      return true;
    }
    if (m.from != null) {
      ConversationId key = new ConversationId(m.src, m.handle, 0);
      long[] sum = held.get(key);
      if (sum == null) {
        held.put(key, sum = new long[1]);
      }
      if (sum[0] > Limits.RECEIVED_OF_SENDER) {
        return false;
      }
      sum[0] += Credits.cost(m.size);
      all += Credits.cost(m.size);
      if (all > LITTLE && !looked) {
        looked = true;
        context.blame.queues.add(this);
      }
    }
    queue.add(m);
    if (waiting > 0) {
      notify();
    }
    return true;
  }

  /** Drops what came by links that have ended, for too much waits. */
  synchronized void dropOfEnded() {
    for (Iterator<Message> i = queue.iterator(); i.hasNext(); ) {
      Message m = i.next();
      if (m.from != null && m.from.dead() != null) {
        i.remove();
        taken(m);
        dropped(m);
      }
    }
  }

  /** A message has left the queue. */
  @GuardedBy("this")
  private void taken(Message m) {
    if (m.from != null) {
      ConversationId key = new ConversationId(m.src, m.handle, 0);
      long[] sum = held.get(key);
      sum[0] -= Credits.cost(m.size);
      all -= Credits.cost(m.size);
      if (sum[0] == 0) {
        held.remove(key);
      }
      if (all == 0 && looked) {
        looked = false;
        context.blame.queues.remove(this);
      }
      release(m);
    }
  }

  /** A message that waited is not going to be taken. */
  @GuardedBy("this")
  protected void dropped(Message m) {}

  /** A message was added. Called on reading threads, without a lock. */
  protected void arrived() {}

  /** Takes the next message out of the queue; null when none may be taken now. */
  @GuardedBy("this")
  protected Message pick(Queue<Message> waiting) {
    return waiting.poll();
  }

  /** Whether nothing more will come. */
  @GuardedBy("this")
  protected boolean ended() {
    return false;
  }

  /** Whether threads that wait for a message are to wait no longer. */
  @GuardedBy("this")
  protected boolean released() {
    return ended();
  }

  /** Whether none waits. */
  /** How many messages wait. */
  public final synchronized int size() {
    return queue.size();
  }

  public final synchronized boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Drops what waits, and wakes the threads that wait for more. */
  public final synchronized void clear() {
    for (Message m = queue.poll(); m != null; m = queue.poll()) {
      taken(m);
    }
    notifyAll();
  }

  /** Wakes the waiting threads, to look again whether they still have to wait. */
  public final synchronized void wake() {
    notifyAll();
  }

  /** The next message; null when there is none within so long, or none will come. */
  public final Message next(long nanos) throws InterruptedException {
    assert nanos <= 0 || ReadingThread.isNot("wait for a message");
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
      taken(m);
    }
    if (!m.dead()) {
      context.credits.consumed(m);
    }
    return m;
  }

  @GuardedBy("this")
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private void pause(long nanos) throws InterruptedException {
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
