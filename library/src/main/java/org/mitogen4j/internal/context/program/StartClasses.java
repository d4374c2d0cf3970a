package org.mitogen4j.internal.context.program;

import org.mitogen4j.internal.kernel.ClassCache;

/**
 * Loads classes that a context is going to need, on a thread beside the one that needs them: half
 * of the time that a context takes to start is the JVM's work on classes. Asks the parent for
 * nothing.
 */
public final class StartClasses implements Runnable {
  // all names are below this package; static initializers of these classes use none of them

  static final String CONTEXT = "org.mitogen4j.internal.context.";

  /** What a first class of a jar needs, the first first. */
  static final String[] FOR_JARS = {
    "resources.ProgramLoader",
    "resources.ResourceReader",
    "resources.ProgramUrls",
    "resources.UrlTexts",
    "resources.ResourceReader$Places",
    "resources.ResourceReader$Times",
    "resources.ProvidedPackages",
    "resources.PackageInfo",
    "classes.BlockPart",
    "classes.LineTables"
  };

  /** What a full context needs; what it needs last comes first. */
  static final String[] FOR_FULL_CONTEXTS = {
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
  private final String[] names;

  private StartClasses(ClassCache classes, String... names) {
    this.classes = classes;
    this.names = names;
  }

  static StartClasses forJars(ClassCache classes) {
    return new StartClasses(classes, FOR_JARS);
  }

  public static StartClasses forFullContext(ClassCache classes) {
    return new StartClasses(classes, FOR_FULL_CONTEXTS);
  }

  @Override
  public void run() {
    for (String below : names) {
      String name = CONTEXT + below;
      if (classes.kept(name) != null) {
        try {
          Class.forName(name, true, ClassCache.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
          return; // where the class is needed, the same error says so
        }
      }
    }
  }
}
