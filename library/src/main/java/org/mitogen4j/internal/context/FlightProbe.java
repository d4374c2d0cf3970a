package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Detects whether JDK Flight Recorder is used in this JVM. Until then only one of its classes is
 * loaded, the one that tells this; none where the JVM has no Flight Recorder.
 */
final class FlightProbe {
  private static final String RECORDER = "org.mitogen4j.internal.context.events.FlightEvents";
  private static final String OPTION = "FlightRecord";

  /** Bytes of the command line that are read at a time. */
  private static final int PART = 1 << 12;

  private final MessageRouter router;

  @GuardedBy("this")
  private Method isInitialized;

  @GuardedBy("this")
  private boolean absent;

  FlightProbe(MessageRouter router) {
    this.router = router;
  }

  /**
   * Whether the command line of this JVM or JAVA_TOOL_OPTIONS asks for a recording; false when the
   * command line can't be read.
   */
  static boolean isOnCommandLine() {
    try {
      return commandLine().contains(OPTION)
          || String.valueOf(System.getenv("JAVA_TOOL_OPTIONS")).contains(OPTION);
    } catch (IOException | RuntimeException e) {
      return false; // then the recording is noticed at a heartbeat
    }
  }

  /** By streams: the first use of java.nio.file takes a JVM some ms. */
  private static String commandLine() throws IOException {
    try (InputStream in = new FileInputStream("/proc/self/cmdline")) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] buf = new byte[PART];
      for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
        line.write(buf, 0, n);
      }
      return line.toString("ISO-8859-1");
    }
  }

  /** Whether Flight Recorder is in use in this JVM; asks no other context. */
  synchronized boolean isInUse() {
    try {
      if (absent) {
        return false;
      } else if (isInitialized == null) {
        Class<?> type = Class.forName("jdk.jfr.FlightRecorder", true, null);
        isInitialized = type.getMethod("isInitialized");
      }
      return (boolean) isInitialized.invoke(null);
    } catch (ReflectiveOperationException
        | RuntimeException
        | Error e) { // there is no such module, or no access to it
      absent = true;
      return false;
    }
  }

  /** The event recorder; null if it can't be made. May wait for its classes from the parent. */
  EventRecorder open() {
    try {
      return (EventRecorder) MessageRouter.make(RECORDER, MessageRouter.class, router);
    } catch (RuntimeException | Error e) {
      return null;
    }
  }
}
