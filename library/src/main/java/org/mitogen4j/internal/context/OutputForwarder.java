package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mitogen4j.internal.context.printed.CrashSplitter;
import org.mitogen4j.internal.context.printed.CrashText;
import org.mitogen4j.internal.context.printed.LineBuffer;
import org.mitogen4j.internal.context.threads.Deadline;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;

/**
 * Reads what this context and its programs print to their standard output, and sends it to the
 * master.
 */
public final class OutputForwarder implements Runnable, CrashSplitter.Taker {
  public static final int STDOUT = 1;
  public static final int STDERR = 2;

  /** Not printed: a warning of the library. */
  public static final int WARNING = 3;

  /** Not printed: a record of {@code java.util.logging}. */
  public static final int RECORD = 4;

  /** Lines of the JVM's crash report, which it prints to its stdout. */
  public static final int CRASH = 5;

  /** A dump of the context's threads; this is not printed by the program. */
  public static final int DUMP = 6;

  /** Bytes that are read at a time: together with the longest unfinished line they fit a frame. */
  public static final int CHUNK = 1 << 14;

  /** The longest array in bytes that an encoder copies; it keeps a reference to a longer one. */
  static final int COPIED = 1 << 13;

  /**
   * The most milliseconds that a thread that prints or logs waits until its message is written by
   * another thread.
   */
  private static final long WRITTEN_MILLIS = 1000;

  /** How often a thread looks for the rest of a line, in milliseconds. */
  private static final long POLL_MILLIS = 10;

  /** The mark that the context prints on both streams when it ends: all before it was read then. */
  public static final String END = "\0mitogen end\n";

  private static final byte[] END_MARK = END.getBytes(StandardCharsets.US_ASCII);

  private final ContextRuntime context;
  private final InputStream in;
  private final LineBuffer lines = new LineBuffer();
  private boolean lost; // whether the master can't be reached
  private CrashSplitter crashes; // made by the forwarding thread

  /** Bytes that were printed to the pipe before functions print to {@link PrintForwarder}. */
  private final int early;

  private volatile boolean earlySent;

  @GuardedBy("this")
  private boolean ended;

  OutputForwarder(ContextRuntime context, InputStream in) {
    this.context = context;
    this.in = in;
    int bytes;
    try {
      bytes = in.available();
    } catch (IOException e) {
      bytes = 0; // then it can't be read either
    }
    early = bytes;
    earlySent = early == 0;
  }

  @Override
  public void run() {
    crashes = new CrashSplitter(CrashText.ownProcess());
    byte[] buf = new byte[CHUNK];
    int held = 0; // bytes that may be the beginning of the mark
    long read = 0;
    try {
      for (int n; (n = in.read(buf, held, buf.length - held)) > 0; ) {
        int length = held + n;
        int end = end(buf, length);
        if (end >= 0) {
          lines.add(buf, 0, end);
          send(lines.takeAll());
          break;
        }
        held = begun(buf, length, END_MARK);
        lines.add(buf, 0, length - held);
        System.arraycopy(buf, length - held, buf, 0, held);
        send(lines.takeLines());
        read += n;
        if (lines.isPartial() && !awaitRest(in)) {
          send(lines.takeAll());
        }
        if (!earlySent && read >= early && !lines.isPartial()) {
          earlyIsSent();
        }
      }
      crashes.finish(this);
    } catch (IOException | InterruptedException e) {
      // the context ends
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    earlyIsSent();
  }

  private synchronized void earlyIsSent() {
    earlySent = true;
    notifyAll();
  }

  /**
   * Waits until the output that a first call printed to the pipe is sent, so that later output does
   * not overtake it, and the JVM does not end before it is sent. Waits for a second at most, and
   * keeps an interrupt.
   */
  void awaitEarly() {
    if (earlySent) {
      return;
    }
    Deadline deadline = Deadline.afterMillis(WRITTEN_MILLIS);
    synchronized (this) {
      try {
        while (!earlySent && deadline.await(this)) {
          // until the forwarding thread has sent it
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      earlySent = true; // others need not wait again
    }
  }

  /**
   * Waits a moment for the rest of a line.
   *
   * @return whether there is more to read
   */
  public static boolean awaitRest(InputStream in) throws IOException, InterruptedException {
    for (long left = PrintForwarder.PARTIAL_MILLIS; left > 0; left -= POLL_MILLIS) {
      if (in.available() > 0) {
        return true;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return in.available() > 0;
  }

  /** The number of bytes at the end of the buffer that are the beginning of a mark. */
  public static int begun(byte[] buf, int length, byte[] mark) {
    for (int n = Math.min(length, mark.length - 1); n > 0; n--) {
      int k = 0;
      while (k < n && buf[length - n + k] == mark[k]) {
        k++;
      }
      if (k == n) {
        return n;
      }
    }
    return 0;
  }

  /** The index of {@link #END}; -1 while it has not come. */
  public static int end(byte[] buf, int length) {
    for (int i = 0; i <= length - END.length(); i++) {
      int k = 0;
      while (k < END.length() && buf[i + k] == END.charAt(k)) {
        k++;
      }
      if (k == END.length()) {
        return i;
      }
    }
    return -1;
  }

  private void send(byte[] bytes) throws InterruptedException {
    crashes.add(bytes, this);
  }

  @Override
  public void take(boolean report, byte[] bytes) throws InterruptedException {
    send(report ? CRASH : STDOUT, bytes);
    if (report && CrashText.isComplete(bytes)) {
      sendFile(CrashText.takeFile());
    }
  }

  private void sendFile(byte[] report) throws InterruptedException {
    for (int at = 0, end; at < report.length; at = end) {
      end = Math.min(report.length, at + CHUNK);
      for (int last = end; last > at && end < report.length; last--) { // whole lines
        if (report[last - 1] == '\n') {
          end = last;
          break;
        }
      }
      send(CRASH, Arrays.copyOfRange(report, at, end));
    }
  }

  private void send(int kind, byte[] bytes) throws InterruptedException {
    if (bytes.length > 0 && !lost) {
      try {
        send(context, kind, context.router.id, bytes);
      } catch (DeadException e) {
        lost = true; // it goes on reading, so that programs that print are not blocked
      }
    }
  }

  /**
   * Sends lines that a context printed to the master. Blocks until there is credit and room.
   *
   * @param source the context that printed them
   */
  public static void send(ContextRuntime context, int kind, int source, byte[] lines)
      throws InterruptedException {
    Encoder e = message(context, kind, source, lines);
    takeCredit(context, e);
    context.router.send(context.master(), Handle.OUTPUT, 0, e, 0, true);
    context.recording.output(source, kind, lines.length);
  }

  /** Makes a message of lines. */
  static Encoder message(ContextRuntime context, int kind, int source, byte[] lines) {
    Encoder e = new Encoder(context.router, true);
    e.u8(kind);
    e.varint(source);
    for (int at = 0; at < lines.length; at += COPIED) {
      e.raw(lines, at, Math.min(COPIED, lines.length - at));
    }
    return e;
  }

  private static void takeCredit(ContextRuntime context, Encoder e) throws InterruptedException {
    int size = e.len - Header.SIZE;
    context.credits.of(context.master(), Handle.OUTPUT).take(Credits.cost(size));
  }

  /**
   * Sends a message to the master. Blocks until there is credit and room, even when this thread is
   * interrupted, so that cancelling a call loses no output. If another thread writes the message,
   * this waits up to {@link #WRITTEN_MILLIS} until it is written: the program's next statement may
   * halt the JVM.
   *
   * @throws DeadException when the master can't be reached
   */
  public static void sendAnyway(ContextRuntime context, Encoder e) {
    boolean interrupted = Thread.interrupted();
    try {
      for (boolean paid = false, sent = false; !sent; ) {
        try {
          if (!paid) {
            takeCredit(context, e);
            paid = true;
          }
          context.router.send(context.master(), Handle.OUTPUT, 0, e, 0, true);
          sent = true;
          context.recording.output(context.router.id, e.buf[Header.SIZE], e.len - Header.SIZE);
          Link parent = context.router.parent;
          if (parent != null) {
            parent.await(true, WRITTEN_MILLIS);
          }
        } catch (InterruptedException again) {
          interrupted = true;
        } catch (DeadException dead) {
          if (!Thread.interrupted()) {
            throw dead;
          }
          interrupted = true; // it waited for room on the link
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until all that was printed is sent, but at most {@code millis} milliseconds. */
  synchronized void await(long millis) throws InterruptedException {
    Deadline deadline = Deadline.afterMillis(millis);
    while (!ended && deadline.await(this)) {
      // until the forwarding thread has read the mark
    }
  }
}
