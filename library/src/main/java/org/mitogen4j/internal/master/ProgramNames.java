package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.context.resources.NameFilter;

/**
 * What a child is told of the names of all classes and resources of the program, so that it does
 * not ask for what there is not. Thread safe.
 */
final class ProgramNames {
  private final List<ClassLoader> loaders;
  private final ChildSubstitutes substitutes;

  /** Read by any thread without the lock, which is held while the class path is looked through. */
  private volatile byte[] filter;

  @GuardedBy("this")
  private boolean isKnown;

  /** The program has what its class loaders did not tell of: then nothing can be said. */
  @GuardedBy("this")
  private boolean isWrong;

  ProgramNames(List<ClassLoader> loaders, ChildSubstitutes substitutes) {
    this.loaders = loaders;
    this.substitutes = substitutes;
  }

  /**
   * The bits of a {@link NameFilter}; null where the names can't be told. Looks through the class
   * path when it is called first.
   */
  synchronized byte[] filter() {
    if (!isKnown) {
      Set<String> names = isWrong ? null : NameList.of(loaders);
      if (names != null) {
        names.addAll(substitutes.names());
        filter = NameFilter.of(names);
      }
      isKnown = true;
    }
    return filter;
  }

  /** There are more class loaders now. */
  synchronized void forget() {
    isKnown = false;
    filter = null;
  }

  /**
   * Says that the program has something of a name.
   *
   * @return whether children were told that there is none
   */
  boolean isUnexpected(String name) {
    byte[] told = filter;
    boolean wrong = told != null && !new NameFilter(told).mayHave(name);
    if (wrong) {
      synchronized (this) {
        isWrong = true;
        filter = null;
      }
    }
    return wrong;
  }
}
