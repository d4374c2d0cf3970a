package org.mitogen4j.internal.context.program;

/**
 * Is told when a class loader of a context looks for a class or a resource of the program, and how
 * long that takes. The thread that looks for it calls this.
 */
public interface LoadListener {
  /**
   * The thread begins to look for something.
   *
   * @param isClass whether it is a class; else it is a resource
   * @return the argument for {@link #ends}; null if that need not be called
   */
  Object begins(boolean isClass);

  /**
   * The thread has found something, or found that it does not exist.
   *
   * @param begun what {@link #begins} returned
   * @param name of the class or resource
   */
  void ends(Object begun, Object name);
}
