package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.context.resources.NameFilter;

/**
 * Keeps the names of all classes and resources of the program, for children that are then able to
 * tell which classes do not exist without asking. Thread safe.
 */
final class ProgramNames {
  private final List<ClassLoader> loaders;
  private final ChildSubstitutes substitutes;

  /** Read by any thread without the lock, which is held while the class path is looked through. */
  private volatile byte[] filter;

  @GuardedBy("this")
  private boolean isKnown;

  /**
   * Whether the program turned out to have a class that was not listed; children get no names from
   * then on.
   */
  @GuardedBy("this")
  private boolean isWrong;

  ProgramNames(List<ClassLoader> loaders, ChildSubstitutes substitutes) {
    this.loaders = loaders;
    this.substitutes = substitutes;
  }

  /**
   * The bits of a {@link NameFilter}; null when the names can't be listed. The first call looks
   * through the class path, which may take a while.
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

  /** Forgets the names, since there are more class loaders now. */
  synchronized void forget() {
    isKnown = false;
    filter = null;
  }

  /**
   * Notes that the program has a class or resource of that name.
   *
   * @return whether children were told that there is none of that name
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
