package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The functions that a context, or one below it, may be running when it asks for a class or a
 * resource: a question does not tell which function needs it. Thread safe.
 */
public final class CalledFunctions {
  /** The most functions for which one question counts. */
  private static final int MOST = 100;

  private volatile String last;
  private volatile boolean isLastAnswered;

  /** Notes that a function is called. */
  void call(String function) {
    isLastAnswered = false;
    last = function;
  }

  /** Notes that a call of a function has ended. */
  void end(String function) {
    if (function.equals(last)) {
      isLastAnswered = true;
    }
  }

  /** The function that was called last; null for none. */
  public String last() {
    return last;
  }

  /**
   * The functions for which a question counts that comes now: those that run, or else the last one,
   * whose threads may go on after its answer. The first of them is the likeliest.
   *
   * @param running the running functions of which reports are expected
   */
  List<String> current(Collection<String> running) {
    List<String> current = new ArrayList<>();
    String latest = last;
    if (latest != null && (!isLastAnswered || running.isEmpty() || running.contains(latest))) {
      current.add(latest);
    }
    for (String function : running) {
      if (current.size() < MOST && !function.equals(latest)) {
        current.add(function);
      }
    }
    return current;
  }
}
