package org.mitogen4j.internal.parent.start;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mitogen4j.internal.context.OutputForwarder;
import org.mitogen4j.internal.context.printed.CrashSplitter;
import org.mitogen4j.internal.context.printed.CrashText;
import org.mitogen4j.internal.context.printed.LineBuffer;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.context.threads.Deadline;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Reads the standard error of a connection's program, which is also the child's. Once the child is
 * up, its lines go to the master's log; the last ones are kept for error messages.
 */
public final class ChildStderr implements Runnable {
  private static final int KEPT = 1 << 14;
  private static final long AWAIT_MILLIS = 200;
  private static final byte[] END = OutputForwarder.END.getBytes(StandardCharsets.US_ASCII);

  private final Parent parent;
  private final ContextRecord child;
  private final InputStream in;

  /** The beginning of a line that the script relayed from the JVM's standard output. */
  private final byte[] relayed;

  /** The mark of the JVM's end, as the script relays it from standard output. */
  private final byte[] relayedEnd;

  private final LineBuffer lines = new LineBuffer();

  /** The last characters that were read. */
  @GuardedBy("this")
  private final StringBuilder kept = new StringBuilder();

  /** What was read before the child was up. */
  @GuardedBy("this")
  private final StringBuilder early = new StringBuilder();

  /** The beginning of the crash report of the child's JVM. */
  @GuardedBy("this")
  private final StringBuilder crash = new StringBuilder();

  /**
   * Finds crash reports among relayed lines, of any process: if a script is in place of java, the
   * child's process id is not the JVM's. For the thread that reads stderr only.
   */
  private final CrashSplitter crashes = new CrashSplitter(CrashSplitter.ANY);

  @GuardedBy("this")
  private boolean forwarding;

  /** How many marks came: one ahead of the end of the child's JVM, one behind its exit hooks. */
  @GuardedBy("this")
  private int marks;

  @GuardedBy("this")
  private boolean ended;

  /**
   * @param in the standard error; null for none
   */
  ChildStderr(Parent parent, ContextRecord child, InputStream in, String token) {
    relayed = (token + BootstrapScript.RELAYED).getBytes(StandardCharsets.US_ASCII);
    String end = token + BootstrapScript.RELAYED + OutputForwarder.END;
    relayedEnd = end.getBytes(StandardCharsets.US_ASCII);
    this.parent = parent;
    this.child = child;
    this.in = in;
  }

  @Override
  public void run() {
    byte[] buf = new byte[OutputForwarder.CHUNK];
    int length = 0; // of what may be a part of the end's mark
    try {
      for (int n = 0; in != null && n >= 0; n = in.read(buf, length, buf.length - length)) {
        length += n;
        for (int end; (end = OutputForwarder.end(buf, length)) >= 0; ) {
          int mark = Math.max(0, end - relayed.length);
          boolean ofStdout = isRelayed(buf, mark);
          lines.add(buf, 0, ofStdout ? mark : end);
          take(lines.takeAll());
          int own = end + OutputForwarder.END.length();
          System.arraycopy(buf, own, buf, 0, length -= own);
          if (!ofStdout) {
            marked();
          }
        }
        int held =
            Math.max(
                OutputForwarder.begun(buf, length, END),
                OutputForwarder.begun(buf, length, relayedEnd));
        lines.add(buf, 0, length - held);
        System.arraycopy(buf, length - held, buf, 0, length = held);
        take(lines.takeLines());
        if (lines.isPartial() && isForwarding() && !OutputForwarder.awaitRest(in)) {
          take(lines.takeAll());
        }
      }
      lines.add(buf, 0, length);
      take(lines.takeAll());
      crashes.finish(this::takeStdout);
    } catch (IOException | InterruptedException e) {
      // the connection is closed
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  private synchronized void marked() {
    marks++;
    notifyAll();
  }

  private synchronized boolean isForwarding() {
    return forwarding;
  }

  private void take(byte[] lines) throws InterruptedException {
    int n = lines.length;
    int from = 0;
    for (int at = 0; at < n; ) { // runs of lines of one stream
      int next = at;
      while (next < n && lines[next++] != '\n') {}
      if (next == n || isRelayed(lines, next) != isRelayed(lines, from)) {
        takeRun(Arrays.copyOfRange(lines, from, next));
        from = next;
      }
      at = next;
    }
  }

  private void takeRun(byte[] lines) throws InterruptedException {
    if (!isRelayed(lines, 0)) {
      take(OutputForwarder.STDERR, lines);
      return;
    }
    crashes.add(withoutMark(lines), this::takeStdout);
  }

  private void takeStdout(boolean report, byte[] lines) throws InterruptedException {
    if (report) {
      printed(true, lines, 0, lines.length);
    } else if (crashes.reported() > 0 && crashes.reported() != child.pid) {
      noCrash(); // it was another JVM's: this one goes on
    }
    take(report ? OutputForwarder.CRASH : OutputForwarder.STDOUT, lines);
  }

  private synchronized void noCrash() {
    crash.setLength(0);
  }

  private void take(int kind, byte[] own) throws InterruptedException {
    synchronized (this) {
      String said = new String(own, StandardCharsets.UTF_8);
      if (kind != OutputForwarder.CRASH) {
        keep(kept, said);
      }
      if (kind == OutputForwarder.STDERR && marks > 1 && child.leaving != null) {
        return; // the connection's own program prints this, as su does when it is asked to end
      }
      if (!forwarding) {
        keep(early, said);
        return;
      }
    }
    send(kind, own);
  }

  /**
   * Keeps lines that came as a message: functions of the child printed them to System.err, or they
   * are part of the crash report of its JVM. Does not block.
   */
  public synchronized void printed(boolean report, byte[] b, int off, int length) {
    String said = new String(b, off, length, StandardCharsets.UTF_8);
    if (!report) {
      keep(kept, said);
    } else if (crash.length() < KEPT) {
      // only the beginning of a report is kept: it has the error and the frame
      crash.append(said);
    }
  }

  /** The beginning of the crash report of the child's JVM; empty for none. */
  synchronized String report() {
    return crash.toString();
  }

  /** The crash of the child's JVM in a few words; null when it reported none. */
  synchronized String crash() {
    return crash.length() == 0 ? null : Printable.line(CrashText.summary(crash.toString()));
  }

  private static void keep(StringBuilder to, String said) {
    to.append(said);
    to.delete(0, Math.max(0, to.length() - KEPT));
  }

  private boolean isRelayed(byte[] lines, int at) {
    int i = 0;
    while (i < relayed.length && at + i < lines.length && lines[at + i] == relayed[i]) {
      i++;
    }
    return i == relayed.length;
  }

  /** Relayed lines as they were written. */
  private byte[] withoutMark(byte[] lines) {
    byte[] own = new byte[lines.length];
    int length = 0;
    for (int at = 0; at < lines.length; ) {
      int from = at + (isRelayed(lines, at) ? relayed.length : 0);
      while (at < lines.length && lines[at++] != '\n') {}
      System.arraycopy(lines, from, own, length, at - from);
      length += at - from;
    }
    return Arrays.copyOf(own, length);
  }

  private void send(int kind, byte[] lines) throws InterruptedException {
    try {
      OutputForwarder.send(parent.context, kind, child.id, lines);
    } catch (DeadException e) {
      // nothing can be sent any more; reading goes on so that programs that print do not wait
    }
  }

  /** The last characters that were read, at most that many. */
  synchronized String last(int most) {
    return kept.substring(Math.max(0, kept.length() - most));
  }

  /** Notes that the child is up: from now on its lines become log records. */
  void forward() {
    String said;
    synchronized (this) {
      forwarding = true;
      said = early.toString();
    }
    if (!said.isEmpty()) {
      try {
        send(OutputForwarder.STDERR, said.getBytes(StandardCharsets.UTF_8));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits a moment until all was read and sent on, up to the end of the stream or the mark. */
  public synchronized void await() {
    Deadline deadline = Deadline.afterMillis(AWAIT_MILLIS);
    try {
      while (!ended && marks == 0 && deadline.await(this)) {
        // until all was read and sent on
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
