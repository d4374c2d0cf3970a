package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.RateLimit;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.classes.SentClasses;

/** What is known of a context below this one. */
public final class ContextRecord {
  /** From one request for a dump of the context's threads to the next. */
  private static final long DUMP_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  public final int id;
  public final int parent;
  public final String name;

  /** How it is reached, for people. */
  public final String how;

  // what the context says of itself; null and 0 before it is up
  public volatile String javaVersion;
  public volatile String user;
  public volatile int pid;

  /** The name of its machine, if it was asked; null else. */
  public volatile String host;

  /** The link whose contexts announced it; null for a context that was planned here. */
  volatile Link announcedBy;

  /** Bytes that are charged to that link for it. */
  volatile int charged;

  /** The function that was last called there or below it; null for none. */
  public volatile String lastCalled;

  /**
   * The method that starts the context, if this context planned or runs that start; otherwise null.
   */
  public volatile ConnectionMethod<?> method;

  /** When the steps of its start were over, if this context starts it. */
  public final StartTimes times = new StartTimes();

  /** Why it ends, in its own words; null before it says so. */
  public volatile EndCause leaving;

  private final RateLimit dumpRequests = new RateLimit(DUMP_PAUSE_NANOS);

  private volatile SentClasses sentClasses;

  /** Whether nothing was sent to it yet. */
  private volatile boolean first = true;

  /** Whether anything but a first call was sent to it. */
  private volatile boolean begun;

  /** Whether it was told to become whole before it takes the next call; written under the lock. */
  private volatile boolean awakened;

  /** Bytes of messages behind the first. */
  @GuardedBy("this")
  private long unpaid;

  /** Whether it was told to begin all that it does beyond its first call. */
  @GuardedBy("this")
  private boolean completed;

  public ContextRecord(int id, int parent, String name, String how) {
    this.id = id;
    this.parent = parent;
    this.name = name;
    this.how = how;
  }

  /** Whether a child made up its name: it was not planned here. */
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

  /** Whether what is about to be sent is the first; true once. */
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

  /** Counts bytes of messages that were sent to it; returns all so far. */
  public synchronized long countUnpaid(long bytes) {
    return unpaid += bytes;
  }

  /** Whether it becomes whole before it takes the next call. */
  public boolean isAwakened() {
    return awakened;
  }

  /** Whether it is now to become whole before it takes the next call; true once. */
  public synchronized boolean takeAwakening() {
    boolean was = awakened;
    awakened = true;
    return !was;
  }

  public void begin() {
    begun = true;
  }

  /** Whether it was sent, or will be next, more than a first call that the kernel image takes. */
  public boolean isBegun() {
    return begun;
  }

  /** Whether it is now to begin all that it does beyond its first call; true once. */
  public synchronized boolean takeCompletion() {
    boolean was = completed;
    completed = true;
    return !was;
  }
}
