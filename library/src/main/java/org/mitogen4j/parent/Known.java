package org.mitogen4j.parent;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is known of a context below this one. */
public final class Known {
  public final int id;
  public final int parent;
  public final String name;

  /** How it is reached, for people. */
  public final String how;

  // what the context says of itself; null and 0 before it is up
  public volatile String javaVersion;
  public volatile String user;
  public volatile int pid;

  /** Of whom it counts as one; null for those that were planned here. */
  volatile Account account;

  /** The function that was last called there or below it; null for none. */
  volatile String lastCalled;

  /** Whether it has said that it ends. */
  volatile boolean leaving;

  private volatile Fed fed;

  /** Whether nothing was sent to it yet. */
  private volatile boolean first = true;

  /** Whether it was told to begin all that it does beyond its first call. */
  private boolean completed; // guarded by this

  /** What was sent to a context: most contexts of a large tree are somebody else's to feed. */
  static final class Fed {
    /** Classes that were sent, ahead of whatever is sent while this lock is held. */
    final Set<String> sent = new HashSet<>();

    /** Calls for which all classes were sent. */
    final Set<String> called = ConcurrentHashMap.newKeySet();
  }

  Known(int id, int parent, String name, String how) {
    this.id = id;
    this.parent = parent;
    this.name = name;
    this.how = how;
  }

  public boolean isUp() {
    return javaVersion != null;
  }

  Fed fed() {
    Fed was = fed;
    return was == null ? makeFed() : was;
  }

  private synchronized Fed makeFed() {
    if (fed == null) {
      fed = new Fed();
    }
    return fed;
  }

  /** Whether what is about to be sent is the first; true once. */
  boolean takeFirst() {
    if (first) {
      synchronized (this) {
        boolean was = first;
        first = false;
        return was;
      }
    }
    return false;
  }

  /** Whether it is now to begin all that it does beyond its first call; true once. */
  synchronized boolean takeCompletion() {
    boolean was = completed;
    completed = true;
    return !was;
  }
}
