package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;

/**
 * Queues messages until threads take them, and gives their senders credit when they are taken. A
 * sender that sends more than it has credit for is disconnected. It is a handler itself, and other
 * handlers may pass messages to it.
 */
public class ReceiveQueue extends Handler {
  /** The time to wait without a limit. */
  public static final long FOREVER = Long.MAX_VALUE;

  /** Bytes beyond which a queue is searched for messages of ended links. */
  private static final long LITTLE = 1 << 16;

  private final ContextRuntime context;

  @GuardedBy("this")
  private final ArrayDeque<Message> queue = new ArrayDeque<>();

  /** The number of threads that wait for a message. */
  @GuardedBy("this")
  private int waiting;

  /** The bytes that wait, by sender and handle. */
  @GuardedBy("this")
  private final Map<ConversationId, long[]> held = new HashMap<>();

  /** The bytes that wait in all. */
  @GuardedBy("this")
  private long all;

  /** Whether this is in {@link Blame#queues}, which are searched when a link is ended. */
  @GuardedBy("this")
  private boolean searched;

  /**
   * @param from the contexts that may send: {@link #ANYBODY}, {@link #PARENTS} or the id of one
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

  /** Whether a message is charged to its link; messages of parents are bounded by credit alone. */
  private boolean isCharged(Message m) {
    return m.from != null && !context.router.isParent(m.auth);
  }

  private void release(Message m) {
    if (isCharged(m)) {
      context.blame.release(m.from, Resource.RECEIVED, Limits.MESSAGE_COST + m.size);
    }
  }

  /** Queues a message, unless the queue has ended; returns false if its sender has no credit. */
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
      if (all > LITTLE && !searched) {
        searched = true;
        context.blame.queues.add(this);
      }
    }
    queue.add(m);
    if (waiting > 0) {
      notify();
    }
    return true;
  }

  /** Drops messages that came by links that have ended, to make room. */
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
      if (all == 0 && searched) {
        searched = false;
        context.blame.queues.remove(this);
      }
      release(m);
    }
  }

  /** A queued message was dropped; for subclasses. */
  @GuardedBy("this")
  protected void dropped(Message m) {}

  /** A message was added. Called on reading threads, without a lock. */
  protected void arrived() {}

  /** Takes the next message out of the queue; null when none may be taken now. */
  @GuardedBy("this")
  protected Message pick(Queue<Message> waiting) {
    return waiting.poll();
  }

  /** Whether no more messages are queued; for subclasses. */
  @GuardedBy("this")
  protected boolean ended() {
    return false;
  }

  /** Whether waiting threads are to return; for subclasses. */
  @GuardedBy("this")
  protected boolean released() {
    return ended();
  }

  /** The number of messages that wait. */
  public final synchronized int size() {
    return queue.size();
  }

  /** Whether no message waits. */
  public final synchronized boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Drops all messages, and wakes the waiting threads. */
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

  /**
   * Takes the next message, after waiting for it.
   *
   * @param nanos how long to wait at most; {@link #FOREVER} for no limit
   * @return null when there is none in that time, or none will come
   */
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
