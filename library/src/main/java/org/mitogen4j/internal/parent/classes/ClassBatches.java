package org.mitogen4j.internal.parent.classes;

import java.util.function.Predicate;

/** Classes that are sent in batches. For one thread at a time. */
public interface ClassBatches {
  /** Whether the next classes are those for which the jars were asked. */
  boolean hasUsed();

  /**
   * Adds the next classes to a batch. May block.
   *
   * @param batch an empty one; it stays empty where there are no more classes
   * @param isWanted whether to add a class, by its name
   */
  void fill(ClassBatch batch, Predicate<String> isWanted);
}
