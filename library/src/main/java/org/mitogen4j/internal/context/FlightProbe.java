package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Detects whether JDK Flight Recorder is used in this JVM. Until then only one of its classes is
 * loaded, the one that tells this; none where the JVM has no Flight Recorder.
 */
final class FlightProbe {
  private static final String RECORDER = "org.mitogen4j.internal.context.events.FlightEvents";
  private static final String OPTION = "FlightRecord";

  private final MessageRouter router;

  @GuardedBy("this")
  private MethodHandle isInitialized;

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
      byte[] line = Files.readAllBytes(Paths.get("/proc/self/cmdline"));
      return new String(line, StandardCharsets.ISO_8859_1).contains(OPTION)
          || String.valueOf(System.getenv("JAVA_TOOL_OPTIONS")).contains(OPTION);
    } catch (IOException | RuntimeException e) {
      return false; // then the recording is noticed at a heartbeat
    }
  }

  /** Whether Flight Recorder is in use in this JVM; asks no other context. */
  synchronized boolean isInUse() {
    try {
      if (absent) {
        return false;
      } else if (isInitialized == null) {
        Class<?> type = Class.forName("jdk.jfr.FlightRecorder", true, null);
        MethodType signature = MethodType.methodType(boolean.class);
        isInitialized = MethodHandles.publicLookup().findStatic(type, "isInitialized", signature);
      }
      return (boolean) isInitialized.invokeExact();
    } catch (Throwable e) { // there is no such module, or no access to it
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
