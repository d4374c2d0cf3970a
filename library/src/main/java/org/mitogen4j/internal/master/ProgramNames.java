package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.mitogen4j.internal.context.resources.NameFilter;

/**
 * Keeps the names of all classes and resources of the program. Children that have got them need not
 * ask for classes that do not exist. Thread safe.
 */
final class ProgramNames {
  /** How long what was listed counts as true: files may be added to folders. */
  private static final long TRUE_NANOS = 5_000_000_000L;

  /**
   * The pause until the next look through the folders is this many times as long as the last look
   * took.
   */
  private static final int LOOK_SHARE = 50;

  private final List<ClassLoader> loaders;
  private final ChildSubstitutes substitutes;
  private final ClassPaths paths;

  /** Read by any thread without the lock, which is held while the class path is looked through. */
  private volatile byte[] filter;

  @GuardedBy("this")
  private boolean isKnown;

  /** What {@link #filter} was made of. */
  @GuardedBy("this")
  private NameList listed;

  /** When the folders are to be looked through again, as System.nanoTime. */
  private final AtomicLong nextLook = new AtomicLong();

  /**
   * Whether the program turned out to have a class that was not listed; children get no names from
   * then on.
   */
  @GuardedBy("this")
  private boolean isWrong;

  ProgramNames(List<ClassLoader> loaders, ChildSubstitutes substitutes, ClassPaths paths) {
    this.loaders = loaders;
    this.substitutes = substitutes;
    this.paths = paths;
  }

  /**
   * The bits of a {@link NameFilter}; null when the names can't be listed. The first call looks
   * through the class path, which may take a while.
   */
  synchronized byte[] filter() {
    if (takeLook()) {
      isOutdated();
    }
    if (!isKnown) {
      long begun = System.nanoTime();
      listed = isWrong ? null : NameList.of(loaders, paths);
      if (listed != null) {
        substitutes.names().forEach(listed.names()::add);
        filter = NameFilter.of(listed.names().toArray());
      }
      isKnown = true;
      looked(begun);
    }
    return filter;
  }

  /**
   * Whether it is time to see whether the program's folders have got files. True for one caller,
   * which is to call {@link #isOutdated()} then.
   */
  boolean takeLook() {
    long next = nextLook.get();
    return filter != null
        && System.nanoTime() - next >= 0
        && nextLook.compareAndSet(next, System.nanoTime() + TRUE_NANOS);
  }

  /**
   * Whether the program's folders have files that children may have been told there are not; looks
   * through the folders, which may take a while.
   */
  synchronized boolean isOutdated() {
    long begun = System.nanoTime();
    boolean outdated = listed != null && listed.isOutdated();
    looked(begun);
    if (outdated) {
      forget();
    }
    return outdated;
  }

  private void looked(long begun) {
    long now = System.nanoTime();
    nextLook.set(now + Math.max(TRUE_NANOS, (now - begun) * LOOK_SHARE));
  }

  /** Forgets the names, since there are more class loaders or files now. */
  synchronized void forget() {
    isKnown = false;
    filter = null;
  }

  /** Whether children may have been told the names. */
  boolean areTold() {
    return filter != null;
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
