package org.mitogen4j.parent;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

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

  /** Classes that were sent to it, ahead of whatever is sent while this lock is held. */
  final Set<String> sent = new HashSet<>(0);

  /** Calls for which all classes were sent. */
  final Set<String> called = ConcurrentHashMap.newKeySet();

  /** The function that was last called there or below it; null for none. */
  volatile String lastCalled;

  /** Whether nothing was sent to it yet. */
  final AtomicBoolean first = new AtomicBoolean(true);

  /** Whether it was told to begin all that it does beyond its first call. */
  final AtomicBoolean completed = new AtomicBoolean();

  Known(int id, int parent, String name, String how) {
    this.id = id;
    this.parent = parent;
    this.name = name;
    this.how = how;
  }

  public boolean isUp() {
    return javaVersion != null;
  }
}
