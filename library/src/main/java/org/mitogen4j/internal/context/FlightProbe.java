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
 * Sees whether JDK Flight Recorder is used in this JVM. Until it is, nothing of it is loaded but
 * the class that tells so; where the JVM has none, nothing.
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

  /** Whether this JVM was told on its command line to record; a guess where that is not known. */
  static boolean isOnCommandLine() {
    try {
      byte[] line = Files.readAllBytes(Paths.get("/proc/self/cmdline"));
      return new String(line, StandardCharsets.ISO_8859_1).contains(OPTION)
          || String.valueOf(System.getenv("JAVA_TOOL_OPTIONS")).contains(OPTION);
    } catch (IOException | RuntimeException e) {
      return false; // then it is found a little later
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
    } catch (Throwable e) { // no such module, or one that is locked
      absent = true;
      return false;
    }
  }

  /** What records events; null where that fails. May wait for the parent, for the classes. */
  EventRecorder open() {
    try {
      return (EventRecorder) MessageRouter.make(RECORDER, MessageRouter.class, router);
    } catch (RuntimeException | Error e) {
      return null;
    }
  }
}
