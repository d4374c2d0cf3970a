package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.mitogen4j.internal.parent.classes.ClassBatch;
import org.mitogen4j.internal.parent.classes.ClassBatches;

/** The classes of several jars, one jar after the other. */
final class JarBatches implements ClassBatches {
  private final Deque<File> jars;
  private final Collection<String> used;
  private final BiPredicate<String, File> isAsInJar;

  /** The jar that is being sent; null between two jars. */
  private JarClasses jar;

  private JarBatches(
      Deque<File> jars, Collection<String> used, BiPredicate<String, File> isAsInJar) {
    this.jars = jars;
    this.used = used;
    this.isAsInJar = isAsInJar;
  }

  /**
   * Opens no jar yet.
   *
   * @param used names of classes that are used: their packages come first
   * @param isAsInJar whether a class is served, by its name, and is that of the jar
   * @return null where there are no jars
   */
  static JarBatches of(
      Collection<File> jars, Collection<String> used, BiPredicate<String, File> isAsInJar) {
    return jars.isEmpty() ? null : new JarBatches(new ArrayDeque<>(jars), used, isAsInJar);
  }

  @Override
  public void fill(ClassBatch batch, Predicate<String> isWanted) {
    while (jar != null || !jars.isEmpty()) {
      try {
        if (jar == null) {
          jar = new JarClasses(jars.remove(), JarClasses.folders(used));
        }
        JarClasses from = jar;
        from.addTo(batch, name -> isWanted.test(name) && isAsInJar.test(name, from.file));
        if (!from.isAtEnd()) {
          return; // the batch is full
        }
      } catch (IOException e) {
        // its classes are sent one by one when they are asked for
      }
      jar = null;
    }
  }
}
