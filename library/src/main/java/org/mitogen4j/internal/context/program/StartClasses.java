package org.mitogen4j.internal.context.program;

import org.mitogen4j.internal.kernel.ClassCache;

/**
 * Loads classes that a context is going to need, on a thread beside the one that needs them: half
 * of the time that a context takes to start is the JVM's work on classes. Asks the parent for
 * nothing.
 */
public final class StartClasses implements Runnable {
  private static final String CONTEXT = "org.mitogen4j.internal.context.";

  private final ClassCache classes;
  private final String[] names;

  /**
   * @param names of classes of the library, below {@code org.mitogen4j.internal.context}; their
   *     static initializers use none of these classes
   */
  public StartClasses(ClassCache classes, String... names) {
    this.classes = classes;
    this.names = names;
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
