package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.mitogen4j.internal.parent.classes.ClassBatch;
import org.mitogen4j.internal.parent.classes.ClassBatches;

/** The classes of several jars: those that are used first. */
final class JarBatches implements ClassBatches {
  private final Collection<File> files;
  private final Set<String> used = new HashSet<>();
  private final JarClasses.Owner owner;

  /** The jars; null before they are opened. */
  private List<JarClasses> jars;

  private int phase;

  /** The index of the jar that is being sent in the present phase. */
  private int next;

  /**
   * Opens no jar yet.
   *
   * @param used names of classes that are used
   * @param owner says which classes are served, and are those of the jar
   */
  JarBatches(Collection<File> files, Collection<String> used, JarClasses.Owner owner) {
    this.files = files;
    for (String name : used) {
      this.used.add(name.replace('.', '/') + ".class");
    }
    this.owner = owner;
  }

  @Override
  public boolean hasUsed() {
    return phase == 0;
  }

  @Override
  public void fill(ClassBatch batch, Predicate<String> isWanted) {
    open();
    while (phase < JarClasses.PHASES) {
      while (next < jars.size()) {
        JarClasses jar = jars.get(next);
        try {
          jar.addTo(batch, phase, isWanted, owner);
          if (!jar.isAtEnd(phase)) {
            return; // the batch is full
          }
          jar.rest();
          next++;
        } catch (IOException e) {
          jars.remove(next); // its classes are sent one by one when they are asked for
        }
      }
      phase++;
      next = 0;
      if (phase == 1 && !batch.names().isEmpty()) {
        return; // the call can be sent
      }
    }
  }

  private void open() {
    if (jars == null) {
      jars = new ArrayList<>();
      for (File file : files) {
        try {
          jars.add(new JarClasses(file, used));
        } catch (IOException e) {
          // as in fill
        }
      }
    }
  }
}
