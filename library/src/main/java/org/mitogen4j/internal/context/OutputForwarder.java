package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;

/** Reads what this context and its programs print to their standard output, and sends it home. */
public final class OutputForwarder implements Runnable {
  public static final int STDOUT = 1;
  public static final int STDERR = 2;

  /** Not printed: what the library itself has to tell. */
  public static final int WARNING = 3;

  /** Longer lines are cut. */
  public static final int MAX_LINE = Limits.LINE;

  /** What the context itself prints when it ends, on both streams; all before it is sent then. */
  public static final String END = "\0mitogen end\n";

  private final ContextRuntime context;
  private final InputStream in;
  private final byte[] buf = new byte[MAX_LINE];
  private int length;
  private boolean lost; // whether nobody is there to read it
  @GuardedBy("this")
  private boolean ended;

  OutputForwarder(ContextRuntime context, InputStream in) {
    this.context = context;
    this.in = in;
  }

  @Override
  public void run() {
    try {
      for (int n; (n = in.read(buf, length, buf.length - length)) > 0; ) {
        length += n;
        int end = end(buf, length);
        if (end >= 0) {
          send(end);
          break;
        }
        int lines = length;
        while (lines > 0 && buf[lines - 1] != '\n') {
          lines--;
        }
        send(lines == 0 && length == MAX_LINE ? length : lines);
      }
    } catch (IOException | InterruptedException e) {
      // the context ends
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  /** Where {@link #END} begins; -1 while it has not come. */
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

  private void send(int n) throws InterruptedException {
    if (n > 0) {
      try {
        if (!lost) {
          send(context, STDOUT, context.router.id, Arrays.copyOf(buf, n));
        }
      } catch (DeadException e) {
        lost = true; // goes on reading, so that who prints does not wait
      }
      System.arraycopy(buf, n, buf, 0, length -= n);
    }
  }

  /** Sends what a context printed to the master, once it has room for it. */
  public static void send(ContextRuntime context, int kind, int source, byte[] lines)
      throws InterruptedException {
    Encoder e = new Encoder(context.router, true);
    e.u8(kind);
    e.varint(source);
    e.raw(lines, 0, lines.length);
    int size = e.len - Header.SIZE;
    context.credits.of(context.master(), Handle.OUTPUT).take(Credits.cost(size));
    context.router.send(context.master(), Handle.OUTPUT, 0, e, 0, true);
  }

  /** Waits until what was printed so far is on its way, but not longer than so. */
  synchronized void await(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; !ended && left > 0; ) {
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
  }
}
