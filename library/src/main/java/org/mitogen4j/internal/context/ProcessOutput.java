package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Replaces what a process has only once: {@code System.out}, {@code System.err} and the default
 * handler of uncaught exceptions. Only a context with a process of its own has an instance.
 */
public final class ProcessOutput {
  /** Milliseconds for which the end of a context waits for threads that hang in printing. */
  private static final long FINISH_MILLIS = 100;

  private final ContextRuntime context;
  private final PrintForwarder out;
  private final PrintForwarder err;

  /** Whether the streams were replaced. */
  private volatile boolean taken;

  /**
   * @param firstOut what {@code System.out} was before anything ran here
   */
  ProcessOutput(ContextRuntime context, Object firstOut) {
    this.context = context;
    out = new PrintForwarder(context, OutputForwarder.STDOUT, null);
    err = new PrintForwarder(context, OutputForwarder.STDERR, null);
    if (Thread.getDefaultUncaughtExceptionHandler() == null) {
      Thread.setDefaultUncaughtExceptionHandler(new UncaughtExceptions(context));
    }
    takeNow(firstOut);
  }

  /** A call is about to begin, and none of its code runs yet. */
  void begun() {
    if (!taken) {
      take(1);
    }
  }

  /**
   * Replaces the streams, unless functions run: these may have replaced the streams for a while.
   *
   * @param most does nothing when more calls than this are running
   */
  private synchronized void take(int most) {
    if (taken || context.router.calls.running.size() > most) {
      return;
    }
    set();
  }

  @GuardedBy("this")
  private void set() {
    taken = true;
    try {
      if (isJavas(System.out)) {
        System.setOut(new PrintStream(out, false, "UTF-8"));
      }
      if (isJavas(System.err)) {
        System.setErr(new PrintStream(err, false, "UTF-8"));
      }
    } catch (UnsupportedEncodingException | SecurityException e) {
      // then output goes through the descriptors of the process
    }
  }

  /**
   * Replaces the streams even while functions run, unless one of these has replaced {@code
   * System.out}.
   *
   * @param firstOut what {@code System.out} was before anything ran here
   */
  private synchronized void takeNow(Object firstOut) {
    if (System.out == firstOut) {
      set();
    } else {
      take(0);
    }
  }

  private static boolean isJavas(PrintStream stream) {
    return stream != null && stream.getClass() == PrintStream.class;
  }

  /**
   * Sends a log record of the calling thread to the master, or to the caller that takes the output
   * of this call. First sends the beginning of a line that this thread printed, so that the order
   * is kept. Blocks while there is no room.
   *
   * @throws DeadException when the master can't be reached
   */
  public static void sendBehindOwnLines(ContextRuntime context, Encoder message) {
    CapturedOutput call = CapturedOutput.current();
    ProcessOutput all = context.output;
    if (call != null) {
      call.stream(OutputForwarder.STDOUT).finishOwn();
      call.stream(OutputForwarder.STDERR).finishOwn();
      call.send(message);
      return;
    } else if (all != null) {
      all.out.finishOwn();
      all.err.finishOwn();
    }
    OutputForwarder.sendAnyway(context, message);
  }

  /** Sends the beginnings of lines that were printed. */
  void finish() throws InterruptedException {
    out.finish(FINISH_MILLIS);
    err.finish(FINISH_MILLIS);
  }
}
