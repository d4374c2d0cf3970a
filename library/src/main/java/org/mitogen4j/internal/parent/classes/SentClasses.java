package org.mitogen4j.internal.parent.classes;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which classes were sent to one context. Made when the first is sent: in a large tree most
 * contexts get their classes from another parent.
 */
public final class SentClasses {
  /** Names of classes that were sent ahead of whatever is sent while this lock is held. */
  final Set<String> sent = new HashSet<>();

  /** Calls for which all classes were sent. */
  final Set<String> called = ConcurrentHashMap.newKeySet();

  /** Whether a class, or a bundle by its name, was sent. */
  boolean sent(String name) {
    synchronized (sent) {
      return sent.contains(name);
    }
  }
}
