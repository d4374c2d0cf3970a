package org.mitogen4j;

import org.mitogen4j.internal.parent.ContextRecord;

/** Writes the contexts of a tree, in the order of {@link ContextFacts#walk}. */
interface TreeWriter {
  /**
   * Writes a context.
   *
   * @param record what is known of it; null for the context at the top of the tree
   * @param depth its distance from that context
   */
  void write(Context context, ContextRecord record, int depth);
}
