package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * What a process has once, and its context takes over: {@code System.out}, {@code System.err}, the
 * handler of uncaught exceptions, and which class is to manage {@code java.util.logging}. Not of
 * contexts that share a process.
 */
public final class ProcessOutput {
  /** The system property that names the class that manages java.util.logging. */
  private static final String LOG_MANAGER = "java.util.logging.manager";

  /** Milliseconds that the end of a context waits for threads that hang in printing. */
  private static final long FINISH_MILLIS = 100;

  /** The context whose process this is. Java has one log manager a process, too. */
  private static volatile ContextRuntime owner;

  private final ContextRuntime context;
  private final PrintForwarder out;
  private final PrintForwarder err;
  private volatile boolean taken;

  /**
   * @param firstOut what {@code System.out} was before anything ran here
   */
  @SuppressWarnings("StaticAssignmentInConstructor") // a process has one
  ProcessOutput(ContextRuntime context, Object firstOut) {
    this.context = context;
    out = new PrintForwarder(context, OutputForwarder.STDOUT, null);
    err = new PrintForwarder(context, OutputForwarder.STDERR, null);
    owner = context;
    if (System.getProperty(LOG_MANAGER) == null) { // it is loaded when something logs, if ever
      System.setProperty(LOG_MANAGER, ContextRuntime.LOG_MANAGER);
    }
    if (Thread.getDefaultUncaughtExceptionHandler() == null) {
      Thread.setDefaultUncaughtExceptionHandler(new UncaughtExceptions(context));
    }
    takeNow(firstOut);
  }

  /** The context whose process this is; null where there is none. */
  public static ContextRuntime owner() {
    return owner;
  }

  /** A call is about to begin, and nothing of it runs yet. */
  void begun() {
    if (!taken) {
      take(1);
    }
  }

  /**
   * Takes the streams over, unless functions run that may have replaced them for a while.
   *
   * @param most the largest number of calls that may be known here
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
      // then they go by way of the process's descriptors
    }
  }

  /**
   * Takes the streams over although functions run, unless one of these has replaced them.
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
   * Sends a message of what the calling thread has logged to the master, or to the caller who wants
   * the output of its call; behind the beginning of a line that this thread printed. Waits while
   * there is no room.
   *
   * @throws DeadException when nobody is there to read it
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

  /** Sends what was printed and is no whole line. */
  void finish() throws InterruptedException {
    out.finish(FINISH_MILLIS);
    err.finish(FINISH_MILLIS);
  }
}
