package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.ClassCache;

/**
 * Loads classes that a context is going to need while it starts, on a thread beside the one that
 * starts it: half of that time is the JVM's work on classes. Those that are needed last come first.
 * Asks the parent for nothing.
 */
final class StartClasses implements Runnable {
  /** Below the package of this class. Their static initializers use none of these classes. */
  static final String[] NAMES = {
    "classes.LineTables",
    "classes.BlockPart",
    "resources.PackageInfo",
    "resources.ResourceConnection",
    "resources.ProgramUrls$PlaceConnection",
    "resources.ProgramUrls",
    "resources.ResourceReader$Places",
    "resources.ResourceReader$Times",
    "resources.ResourceReader",
    "resources.ProgramLoader",
    "ConversationId",
    "LinkView",
    "Flow",
    "HeldBytes",
    "LinkState",
    "ReadingRole",
    "printed.CrashText",
    "printed.CrashSplitter",
    "OutputForwarder",
    "ContextShutdown",
    "UncaughtExceptions",
    "printed.LineBuffer",
    "PrintForwarder",
    "ProcessOutput",
    "FlightProbe",
    "RunRecording",
    "UsedClasses",
    "DumpHandler",
    "StatusHandler",
    "MessageDelivery"
  };

  private final ClassCache classes;

  StartClasses(ClassCache classes) {
    this.classes = classes;
  }

  @Override
  public void run() {
    for (String below : NAMES) {
      String name = ContextRuntime.INTERNAL + "context." + below;
      if (classes.kept(name) != null) { // the classes for resources are not in every context
        try {
          Class.forName(name, true, ClassCache.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
          return; // where the class is needed, the same error says so
        }
      }
    }
  }
}
