package org.mitogen4j.internal.parent.classes;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The classes of the jars that a function uses, those first that the used ones name: their code may
 * need these at once, in whatever package they are. For one thread at a time.
 */
final class NamedFirst implements ClassBatches {
  private final ClassBatches all;
  private final ClassSource source;
  private final Collection<ClassFile> used;

  /** The jars with the named ones; null before these are looked for, and if there are none. */
  private ClassBatches named;

  private boolean isBegun;

  /**
   * @param all the classes of the jars, of which the used ones were given
   * @param used those of the used classes that were looked into
   */
  NamedFirst(ClassBatches all, ClassSource source, Collection<ClassFile> used) {
    this.all = all;
    this.source = source;
    this.used = used;
  }

  @Override
  public boolean hasUsed() {
    return all.hasUsed();
  }

  @Override
  public void fill(ClassBatch batch, Predicate<String> isWanted) {
    if (!isBegun) {
      isBegun = true;
      named = source.jarsOf(named());
    }
    if (named != null && named.hasUsed()) {
      named.fill(batch, isWanted);
    }
    if (batch.isEmpty()) {
      all.fill(batch, isWanted);
    }
    if (batch.isEmpty() && named != null) {
      named.fill(batch, isWanted); // the rest of jars of which no class was found
    }
  }

  private Set<String> named() {
    Set<String> names = new LinkedHashSet<>();
    for (ClassFile file : used) {
      names.addAll(file.named());
    }
    return names;
  }
}
