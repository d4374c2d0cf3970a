package org.mitogen4j.internal.context.process;

import java.util.Map;

/** Finds what ends the JVM, while its shutdown hooks run. */
public final class ExitCause {
  private ExitCause() {}

  /** A sentence that names the code that called {@code System.exit}, if any did. */
  public static String text() {
    for (Map.Entry<Thread, StackTraceElement[]> e : Thread.getAllStackTraces().entrySet()) {
      boolean exits = false;
      for (StackTraceElement line : e.getValue()) {
        boolean exit = line.getMethodName().equals("exit");
        if (exit && line.getClassName().equals(Runtime.class.getName())) {
          exits = true;
        } else if (exits && !line.getClassName().equals(System.class.getName())) {
          return "its program called System.exit at " + line;
        }
      }
    }
    return "its JVM was ended by a signal, or because its last thread ended";
  }
}
