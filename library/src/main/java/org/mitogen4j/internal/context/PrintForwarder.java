package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.mitogen4j.internal.context.printed.LineBuffer;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * The stream behind {@code System.out} or {@code System.err} of a context. Complete lines are sent
 * to the master before {@code println} returns: so they arrive in order with log records, even if
 * the JVM ends right after. The beginning of a line is sent 0.2 s later.
 */
final class PrintForwarder extends OutputStream {
  /** The time for which the beginning of a line waits for the rest. */
  static final long PARTIAL_MILLIS = 200;

  private final ContextRuntime context;
  private final int kind;

  /** The call that gets this output; null for output that goes to the master's log. */
  private final CapturedOutput call;

  private final ReentrantLock order = new ReentrantLock();

  @GuardedBy("order")
  private final LineBuffer lines = new LineBuffer();

  @GuardedBy("order")
  private boolean watched; // whether a thread is going to send the beginning of a line

  @GuardedBy("order")
  private long written; // when something was printed last, as System.nanoTime

  @GuardedBy("order")
  private Thread writer; // the thread that printed last

  @GuardedBy("order")
  private boolean lost; // whether the master can't be reached

  PrintForwarder(ContextRuntime context, int kind, CapturedOutput call) {
    this.context = context;
    this.kind = kind;
    this.call = call;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int off, int length) {
    CapturedOutput own = call == null ? CapturedOutput.current() : null;
    if (own != null) {
      own.stream(kind).write(bytes, off, length);
      return;
    }
    if (kind == OutputForwarder.STDOUT && call == null && context.ending != null) {
      context.ending.awaitEarlyOutput();
    }
    order.lock();
    try {
      for (int at = off, end = off + length; at < end && !lost; ) {
        int n = Math.min(end - at, OutputForwarder.CHUNK); // with a line, it fits a frame
        lines.add(bytes, at, n);
        at += n;
        send(lines.takeLines());
      }
      written = System.nanoTime();
      writer = Thread.currentThread();
      if (lines.isPartial() && !watched && !lost) {
        watched = true;
        sendPartialAfter(PARTIAL_MILLIS);
      }
    } finally {
      order.unlock();
    }
  }

  /** Sends the beginning of a line when nothing was added to it for a while. */
  private void sendPartial() {
    order.lock();
    try {
      long left = PARTIAL_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - written);
      watched = lines.isPartial() && !lost && left > 0;
      if (watched) {
        sendPartialAfter(left);
      } else if (lines.isPartial()) {
        send(lines.takeAll());
      }
    } finally {
      order.unlock();
    }
  }

  private void sendPartialAfter(long millis) {
    try {
      Runnable later = () -> context.threads.execute(this::sendPartial); // which may wait
      context.clock.at(context.alarms, later, millis, TimeUnit.MILLISECONDS);
    } catch (DeadException closed) {
      // the end of the context sends what is left
    }
  }

  @GuardedBy("order")
  private void send(byte[] bytes) {
    if (bytes.length > 0 && !lost) {
      try {
        Encoder message = OutputForwarder.message(context, kind, context.router.id, bytes);
        if (call == null) {
          OutputForwarder.sendAnyway(context, message);
        } else {
          call.send(message);
        }
      } catch (DeadException e) {
        lost = true; // output is lost from now on, but printing throws nothing
      }
    }
  }

  /** Sends the beginning of a line that the calling thread printed. */
  void finishOwn() {
    order.lock();
    try {
      if (lines.isPartial() && writer == Thread.currentThread()) {
        send(lines.takeAll());
      }
    } finally {
      order.unlock();
    }
  }

  /** Sends the beginning of a line that any thread printed. */
  void finishAll() {
    order.lock();
    try {
      send(lines.takeAll());
    } finally {
      order.unlock();
    }
  }

  /** Sends what is left, unless another thread hangs in sending for longer than the given time. */
  void finish(long millis) throws InterruptedException {
    if (order.tryLock(millis, TimeUnit.MILLISECONDS)) {
      try {
        send(lines.takeAll());
      } finally {
        order.unlock();
      }
    }
  }
}
