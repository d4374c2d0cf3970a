package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;

/**
 * Which classes were sent to one context. Made when the first is sent: in a large tree most
 * contexts get their classes from another parent.
 */
public final class SentClasses {
  private static final String INTERNAL = "org.mitogen4j.internal.";

  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Names of classes that were sent ahead of whatever is sent while the {@link #lock()} is held,
   * which guards it; in the order in which they were.
   */
  final Set<String> sent = new LinkedHashSet<>();

  /** The sent classes about which the context reports, when it is asked, whether it loaded them. */
  final Set<String> isTold = new HashSet<>(); // guarded by the lock

  /**
   * What each class came in that passed this context on its way further down: it goes there in the
   * same again, by its name only.
   */
  final Map<String, Packed> passed = new HashMap<>(); // guarded by the lock

  /** Calls for which all classes were sent. */
  final Set<String> called = ConcurrentHashMap.newKeySet();

  /** Whether a class, or a bundle by its name, was sent. */
  boolean sent(String name) {
    lock();
    try {
      return sent.contains(name);
    } finally {
      unlock();
    }
  }

  /** Functions that were called, each with the classes that were sent for it. */
  final Map<String, Set<String>> running = new ConcurrentHashMap<>();

  /** Those of them that have answered since it was asked last which classes it loaded. */
  @GuardedBy("this")
  private final Map<String, Set<String>> unreported = new HashMap<>();

  /** Classes that were sent because it asked, each with the function that was last called then. */
  final Map<String, String> askedFor = new HashMap<>(); // guarded by the lock

  /** Whether classes are being sent behind an answer to a question of the context. */
  final AtomicBoolean isSendingBehind = new AtomicBoolean();

  /**
   * Notes classes that were sent because the context asked; while this is locked.
   *
   * @param function that was last called; null for none
   */
  void noteAskedFor(Collection<Packed> packed, String function) {
    if (function != null) {
      for (Packed p : packed) {
        for (String name : p.classes) {
          askedFor.put(ResourceKey.classOf(name), function);
        }
      }
    }
  }

  /** For how many calls it was told that classes are coming. */
  int coming; // guarded by the lock

  /** Functions that it ran when it asked for the library's API. */
  final Set<String> askedForApi = ConcurrentHashMap.newKeySet();

  /** Whether it was sent what earlier children loaded for the function that was last called. */
  volatile boolean isLearned;

  /** The number of classes of each package that the context asked for. */
  private final Map<String, Integer> askedIn = new ConcurrentHashMap<>();

  /**
   * Counts a question for a class of a package; returns the number of questions for that package so
   * far.
   */
  int countAsked(String inPackage) {
    return askedIn.merge(inPackage, 1, Integer::sum);
  }

  /** How many absent names it told of that it did not ask for. */
  int missed; // written by one UsedClassesRequest after another

  /** How often it had to ask since it was sent a function. */
  final AtomicInteger asked = new AtomicInteger();

  private volatile boolean wasToldAbsent;
  private volatile boolean distrusts;

  /** Bytes of what was sent, as it travels. */
  public final LongAdder bytes = new LongAdder();

  /** How often it asked for a class or a resource. */
  public final LongAdder requests = new LongAdder();

  /** How often it asked for one that there is not. */
  public final LongAdder absentRequests = new LongAdder();

  /** How often it asked for one that was on its way to it. */
  public final LongAdder lateRequests = new LongAdder();

  /**
   * Counts a question of the context.
   *
   * @param found whether there is what it asked for
   * @param wasSent whether that was on its way
   */
  void count(boolean found, boolean wasSent) {
    requests.increment();
    if (!found) {
      absentRequests.increment();
    } else if (wasSent) {
      lateRequests.increment();
    }
  }

  /** What it told that it loaded. */
  @GuardedBy("this")
  private final Set<String> told = new HashSet<>();

  @GuardedBy("this")
  private boolean hasTold;

  @GuardedBy("this")
  private int pending; // how often it is going to be asked

  /** Names of all classes of the program that were sent. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    lock();
    try {
      for (String name : sent) {
        if (!LibraryNames.isLibrary(name)
            && !name.startsWith(INTERNAL)
            && !ResourceKey.isResource(name)
            && !name.endsWith(".")
            && !name.startsWith("bundle ")) {
          names.add(name);
        }
      }
    } finally {
      unlock();
    }
    return names;
  }

  /** Those of them that it loaded, or that were sent by themselves. */
  public List<String> used() {
    List<String> names = names();
    lock();
    try {
      synchronized (this) {
        Set<String> unused = new HashSet<>(isTold);
        unused.removeAll(told);
        names.removeAll(unused);
      }
    } finally {
      unlock();
    }
    return names;
  }

  /** Notes that the context is told of an absent class or resource. */
  void tellAbsent() {
    wasToldAbsent = true;
  }

  /**
   * Notes that the context is going to be told to forget absent names; returns whether it was told
   * of any.
   */
  boolean takeAbsent() {
    distrusts |= wasToldAbsent;
    return wasToldAbsent;
  }

  /**
   * Whether the context was told to forget absent names; it ignores reports of absent names from
   * then on.
   */
  boolean distrusts() {
    return distrusts;
  }

  synchronized void tell(Set<String> loaded) {
    told.addAll(loaded);
    hasTold = true;
    pending--;
  }

  /** Whether it has told what it loaded, and is not going to be asked. */
  public synchronized boolean hasTold() {
    return hasTold && pending == 0 && running.isEmpty();
  }

  /**
   * A function has answered.
   *
   * @return whether it is now to be asked some time later what it loaded
   */
  synchronized boolean answered(String function, Set<String> classes) {
    boolean first = unreported.isEmpty();
    unreported.put(function, classes);
    if (first) {
      pending++;
    }
    return first;
  }

  /** The functions that it has answered since this was asked last. */
  synchronized Map<String, Set<String>> takeUnreported() {
    Map<String, Set<String>> taken = new HashMap<>(unreported);
    unreported.clear();
    return taken;
  }

  /**
   * Waits while another thread sends classes to the context, which may not read.
   *
   * @throws DeadException when the thread is interrupted, as it is when its timeout is up
   */
  void lock() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadException(new EndCause(EndCause.FAILED, "interrupted"));
    }
  }

  void unlock() {
    lock.unlock();
  }
}
