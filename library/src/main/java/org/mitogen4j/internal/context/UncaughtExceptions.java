package org.mitogen4j.internal.context;

import java.lang.Thread.UncaughtExceptionHandler;
import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Sends an exception that ended a thread of this process to the master as a log record: level
 * SEVERE, logger {@code java.lang.Thread}, with the exception and its stack.
 */
final class UncaughtExceptions implements UncaughtExceptionHandler {
  private static final String LOGGER = "java.lang.Thread";
  // a constant of our own, since Level would load java.util.logging
  private static final int SEVERE = 1000;

  /** The most bytes of an exception's description, so that the record fits one frame. */
  private static final int MAX_THROWN = 1 << 15;

  /** The most characters of a thread's name. */
  private static final int MAX_NAME = 1 << 9;

  private final ContextRuntime context;

  UncaughtExceptions(ContextRuntime context) {
    this.context = context;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    boolean sent = false;
    try {
      sent = send(thread.getName(), failure);
    } catch (RuntimeException | Error again) {
      // there is most likely no memory: printing a text takes less of it
    }
    if (!sent) {
      System.err.print("Exception in thread \"" + thread.getName() + "\" ");
      failure.printStackTrace();
    }
  }

  private boolean send(String thread, Throwable failure) {
    String name = thread.substring(0, Math.min(thread.length(), MAX_NAME));
    Encoder record =
        LogRecordEncoder.encode(
            context,
            SEVERE,
            System.currentTimeMillis(),
            0, // the difference of the clocks is asked for when something logs
            LOGGER,
            "uncaught exception in thread \"" + name + "\"",
            name,
            null,
            null,
            ExceptionDescription.of(failure, MAX_THROWN));
    if (!LogRecordEncoder.fitsFrame(record)) {
      return false;
    }
    try {
      ProcessOutput.sendBehindOwnLines(context, record);
    } catch (DeadException lost) {
      return false;
    }
    return true;
  }
}
