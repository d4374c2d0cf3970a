package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.bounds.RateLimit;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.classes.CalledFunctions;
import org.mitogen4j.internal.parent.classes.SentClasses;

/** What a context knows of a context below it. */
public final class ContextRecord {
  /** The least time between two requests for a dump of the context's threads. */
  private static final long DUMP_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  public final int id;
  public final int parent;
  public final String name;

  /** How its parent reaches it, as a text for people: the program or host. */
  public final String how;

  // what the context says of itself; null and 0 before it is up
  public volatile String javaVersion;
  public volatile String user;
  public volatile int pid;

  /** The host name that the context gave when it was asked for it; null before. */
  public volatile String host;

  /** The link whose contexts announced it; null for a context that was planned here. */
  volatile Link announcedBy;

  /** The bytes that {@link #announcedBy} is charged for this record. */
  volatile int charged;

  /** The functions that were called in this context, or in one below it. */
  public final CalledFunctions calls = new CalledFunctions();

  /**
   * The method that starts the context, if this context planned or runs that start; otherwise null.
   */
  public volatile ConnectionMethod<?> method;

  /** When the steps of its start were over; empty unless this context starts it. */
  public final StartTimes times = new StartTimes();

  /** The reason for its end that the context itself gave; null before it gave one. */
  public volatile EndCause leaving;

  private final RateLimit dumpRequests = new RateLimit(DUMP_PAUSE_NANOS);

  private volatile SentClasses sentClasses;

  /** Whether nothing was sent to it yet. */
  private volatile boolean first = true;

  /** Whether it was sent anything but a first call that the kernel can run. */
  private volatile boolean begun;

  /**
   * Whether it was sent a message that has it become a full context before it takes the next call.
   * Written under the lock.
   */
  private volatile boolean awakened;

  /** The bytes of the messages that were counted by {@link #countUnpaid}. */
  @GuardedBy("this")
  private long unpaid;

  /** Whether it was sent the call that starts its full context some time behind its hello. */
  @GuardedBy("this")
  private boolean contextStarted;

  public ContextRecord(int id, int parent, String name, String how) {
    this.id = id;
    this.parent = parent;
    this.name = name;
    this.how = how;
  }

  /** Whether its name comes from a child, and not from this context's program. */
  public boolean isNamedByChild() {
    return announcedBy != null;
  }

  public boolean isUp() {
    return javaVersion != null;
  }

  /**
   * Whether the context may be asked to log a dump of its threads, which is allowed once a minute.
   * If so, notes that it is asked now.
   */
  public boolean mayBeAskedForDump() {
    return dumpRequests.allows(System.nanoTime());
  }

  /** Whether {@link #sentClasses} was called, as it is before the first class is sent. */
  public boolean hasSentClasses() {
    return sentClasses != null;
  }

  public SentClasses sentClasses() {
    SentClasses was = sentClasses;
    return was == null ? makeSentClasses() : was;
  }

  private synchronized SentClasses makeSentClasses() {
    if (sentClasses == null) {
      sentClasses = new SentClasses();
    }
    return sentClasses;
  }

  /** Takes the right to send the first message; true once. */
  public boolean takeFirst() {
    if (first) {
      synchronized (this) {
        boolean was = first;
        first = false;
        return was;
      }
    }
    return false;
  }

  /**
   * Counts a message that is sent to it while it may have the kernel only, which gives no credit
   * back.
   *
   * @param bytes what the message costs of its sender's credit
   * @return the bytes of all these messages
   */
  public synchronized long countUnpaid(long bytes) {
    return unpaid += bytes;
  }

  /** Whether {@link #takeAwakening} was called. */
  public boolean isAwakened() {
    return awakened;
  }

  /**
   * Takes the duty to send it a message that has it become a full context before it takes the next
   * call; true once.
   */
  public synchronized boolean takeAwakening() {
    boolean was = awakened;
    awakened = true;
    return !was;
  }

  /** Notes that it is sent more than a first call that the kernel can run. */
  public void begin() {
    begun = true;
  }

  /** Whether {@link #begin} was called. */
  public boolean isBegun() {
    return begun;
  }

  /** Whether {@link #takeContextStart} was called. */
  public synchronized boolean isContextStarted() {
    return contextStarted;
  }

  /**
   * Takes the duty to send it the call that starts its full context some time behind its hello;
   * true once.
   */
  public synchronized boolean takeContextStart() {
    boolean was = contextStarted;
    contextStarted = true;
    return !was;
  }
}
