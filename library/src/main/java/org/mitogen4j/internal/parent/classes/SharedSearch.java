package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The search for the classes of a function that is continued while children run the function. All
 * children share it, so that a thousand of them cost one search. Thread safe. A thread never waits
 * for the one that searches: it gets an empty list.
 */
final class SharedSearch {
  /** The number of classes at which the search stops. */
  static final int MOST = 8000;

  /** The most classes of one step. */
  private static final int STEP = 150;

  /** Used only by the thread that has set {@link #isBusy}. */
  private final CallDependencies search;

  private final AtomicBoolean isBusy = new AtomicBoolean();

  @GuardedBy("this")
  private final List<String> found = new ArrayList<>();

  private volatile int foundInAll;
  private volatile boolean isAtEnd;
  private volatile boolean usesApi;
  private volatile boolean namesAbsent;

  /** The number of children for which it goes on; guarded by the lock of {@link ClassSearches}. */
  int users;

  SharedSearch(CallDependencies search) {
    this.search = search;
  }

  /**
   * The next classes that were found, the most likely first. Searches for a while if there are
   * none, unless another thread does so.
   *
   * @param taken the number of classes that the caller has taken before
   * @return empty if there are none so far
   */
  List<String> next(int taken, long nanos) {
    List<String> names = since(taken);
    if (names.isEmpty() && !isAtEnd && isBusy.compareAndSet(false, true)) {
      try {
        advance(nanos);
      } finally {
        isBusy.set(false);
      }
      names = since(taken);
    }
    return names;
  }

  private void advance(long nanos) {
    boolean isDone = false;
    List<String> more;
    try {
      more = search.next(STEP, nanos);
      isDone = true;
    } finally {
      isAtEnd = !isDone; // else each child would run into the same failure
    }
    foundInAll = search.found();
    usesApi = search.usesApi();
    namesAbsent = search.namesAbsent();
    synchronized (this) {
      found.addAll(more);
    }
    isAtEnd = search.isAtEnd() || search.found() >= MOST;
  }

  private synchronized List<String> since(int taken) {
    int end = Math.min(found.size(), taken + STEP);
    return taken < end ? new ArrayList<>(found.subList(taken, end)) : new ArrayList<>();
  }

  /** Whether all classes were found that will be; some may not have been taken. */
  boolean isAtEnd() {
    return isAtEnd;
  }

  /** The number of classes that were found so far, those of the search ahead of the call too. */
  int found() {
    return foundInAll;
  }

  /** Whether the function uses the library's API, as far as was found. */
  boolean usesApi() {
    return usesApi;
  }

  /** Whether the function may look for an absent class, as far as was found. */
  boolean namesAbsent() {
    return namesAbsent;
  }
}
