package org.mitogen4j.internal.context.program;

/** Is told of the program's classes and resources that a context looks for. Any thread calls it. */
public interface LoadListener {
  /**
   * A search begins.
   *
   * @return what {@link #ends} gets; null where nobody wants to know
   */
  Object begins(boolean isClass);

  /** A search has ended, with or without a result. */
  void ends(Object begun, Object name);
}
