package org.mitogen4j.internal.context.program;

import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.ClassCache;

/**
 * Loads and initializes classes of the library that a context is going to need, on a thread beside
 * the one that will need them: half of the time that a context takes to start is the JVM's work on
 * classes. Leaves out classes that are not here: it asks the parent for nothing.
 */
public final class StartClasses implements Runnable {
  // the static initializer of a class in these lists uses no other class in them: else two threads
  // could wait for each other

  /** Ahead of all names in the lists. */
  static final String CONTEXT = ResourceKey.INTERNAL + "context.";

  /** What it takes to define a first class of a jar, in the order in which it is needed. */
  static final String[] FOR_JARS = {
    "resources.ProgramLoader",
    "resources.ResourceReader",
    "resources.ProgramUrls",
    "bounds.RateLimit",
    "resources.UrlTexts",
    "resources.ResourceReader$Places",
    "resources.ResourceReader$Times",
    "resources.ProvidedPackages",
    "resources.PackageInfo",
    "classes.BlockUnpacker",
    "classes.LineTables",
    "classes.ClassBlocks$Content"
  };

  /**
   * What it takes to make a full context. What is needed last comes first, since the thread that
   * makes the full context loads the same classes from the other end.
   */
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

  /** Whether this context has all of the classes. */
  boolean areHere() {
    for (String below : names) {
      if (classes.kept(CONTEXT + below) == null) {
        return false;
      }
    }
    return true;
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
