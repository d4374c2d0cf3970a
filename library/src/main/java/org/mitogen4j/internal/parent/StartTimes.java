package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ProcessConnection;

/**
 * When the steps of one start were over; a further attempt replaces the times of the one before.
 */
public final class StartTimes {
  // in the order of StartTimeline.Step
  public static final int CARRIER_STARTED = 0;
  public static final int LOGIN_DONE = 1;
  public static final int SHELL_REACHED = 2;
  public static final int JAVA_RUN = 3;
  public static final int JVM_UP = 4;
  public static final int FIRST_RESULT = 5;

  private static final int STEPS = 6;

  /** Marks a step that has not come. */
  private static final long NEVER = -1;

  /** When the program asked for the start, by System.nanoTime. */
  private final long asked = System.nanoTime();

  /**
   * Nanoseconds from {@link #asked} to the end of each step; null before the start has begun here.
   */
  @GuardedBy("this")
  private long[] steps;

  @GuardedBy("this")
  private int attempts;

  /** Whether a call was answered; read without the lock, since each answer looks at it. */
  private volatile boolean answered;

  /** Notes that an attempt begins: forgets the times of the one before. */
  public synchronized void begin() {
    steps = new long[] {NEVER, NEVER, NEVER, NEVER, NEVER, NEVER};
    attempts++;
  }

  /** Notes the steps that are over once the connection method has opened a connection. */
  public void opened(Connection connection) {
    if (connection instanceof ProcessConnection) {
      ProcessConnection process = (ProcessConnection) connection;
      note(CARRIER_STARTED, process.launchedNanos());
      if (process.loginNanos() != 0) {
        note(LOGIN_DONE, process.loginNanos());
      }
    } else {
      note(CARRIER_STARTED);
    }
  }

  /** Notes that a step is over now. */
  public void note(int step) {
    note(step, System.nanoTime());
  }

  private synchronized void note(int step, long now) {
    if (steps == null) {
      begin();
    }
    steps[step] = Math.max(0, now - asked);
    if (step == SHELL_REACHED && steps[LOGIN_DONE] == NEVER) {
      steps[LOGIN_DONE] = steps[SHELL_REACHED]; // the carrier does not show when the login is over
    }
  }

  /** Notes that a call to the context was answered; only the first one counts. */
  public void answered() {
    if (!answered) {
      answered = true;
      note(FIRST_RESULT);
    }
  }

  /**
   * All times as values for a message: the nanoseconds since the program asked for the start, the
   * attempts, and the nanoseconds of each step, -1 for a step that is not over.
   *
   * @return null before the start has begun here
   */
  public synchronized Object[] all() {
    if (steps == null) {
      return null;
    }
    Object[] all = new Object[STEPS + 2];
    all[0] = System.nanoTime() - asked;
    all[1] = (long) attempts;
    for (int i = 0; i < STEPS; i++) {
      all[i + 2] = steps[i];
    }
    return all;
  }
}
