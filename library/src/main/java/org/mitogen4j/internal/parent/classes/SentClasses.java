package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;

/**
 * The classes that were sent to one context, and what it asked for and reported. Made when the
 * first class is sent: in a large tree most contexts get their classes from another parent.
 */
public final class SentClasses {
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * The names of the classes that were sent, in the order in which they were sent; also of bundles,
   * and of classes that are not looked for again since they were not found. What it was told of
   * absent names is not here, but in {@link AbsentClasses}. Guarded by the {@link #lock()}: a
   * message that is sent while that is held arrives behind these classes.
   */
  final Set<String> sent = new LinkedHashSet<>();

  /**
   * The sent classes that the context would name in a report if it loaded them; of the others it
   * can't tell.
   */
  final Set<String> reportable = new HashSet<>(); // guarded by the lock

  /**
   * The block of each class that was sent by way of this context: for further contexts below it,
   * the block is sent again, by its name only.
   */
  final Map<String, Packed> passed = new HashMap<>(); // guarded by the lock

  /** Whether a class was sent to it, or by way of it. The caller holds the lock. */
  boolean has(String className) {
    return sent.contains(className) || passed.containsKey(className);
  }

  /** The contents of files that were sent to this context, if it is a direct child; null before. */
  @GuardedBy("this")
  private SentContents contents;

  synchronized SentContents contents(ContextRuntime own) {
    if (contents == null) {
      contents = new SentContents(own.contentsLimit());
    }
    return contents;
  }

  /**
   * The functions, each with the classes of its arguments, for which all classes were sent ahead,
   * or given to {@link SearchAhead}; also the classes of values that were sent without a call.
   */
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

  /** The functions that it runs, each with the classes that were sent for it. */
  final Map<String, Set<String>> running = new ConcurrentHashMap<>();

  /** Functions that have returned, and of which the context has been asked for a report. */
  @GuardedBy("this")
  private final Map<String, Set<String>> awaited = new HashMap<>();

  /** What is still to be done with reports, in the order in which they came. */
  private final Queue<Runnable> reports = new ConcurrentLinkedQueue<>();

  private final AtomicInteger openReports = new AtomicInteger();

  /** Functions that have returned, and of which the context is still to be asked for a report. */
  @GuardedBy("this")
  private final Map<String, Set<String>> unreported = new HashMap<>();

  /**
   * For each function that runs, the classes that the context has reported since the function was
   * called: its own report will name only what was loaded since the report before.
   */
  @GuardedBy("this")
  private final Map<String, Set<String>> reportedBefore = new HashMap<>();

  /**
   * The classes and resources that it asked for, or was sent along with an answer, each with the
   * functions that it ran then.
   */
  private final Map<String, Set<String>> askedFor = new ConcurrentHashMap<>();

  /** Whether classes are being sent in the background that go with an answer to a question. */
  final AtomicBoolean isSendingBehind = new AtomicBoolean();

  /**
   * Notes classes that were sent because the context asked.
   *
   * @param functions those that the context runs
   */
  void noteAskedFor(Collection<Packed> packed, Collection<String> functions) {
    for (Packed p : packed) {
      for (String name : p.classes) {
        noteAskedFor(ResourceKey.classOf(name), functions);
      }
    }
  }

  /** As {@link #noteAskedFor(Collection, Collection)}, for one class or resource. */
  void noteAskedFor(String name, Collection<String> functions) {
    if (!functions.isEmpty()) {
      askedFor.computeIfAbsent(name, any -> ConcurrentHashMap.newKeySet(2)).addAll(functions);
    }
  }

  /** Whether it asked for a class or resource, or was sent it along, while it ran a function. */
  boolean isAskedFor(String name, String function) {
    return askedFor.getOrDefault(name, Collections.emptySet()).contains(function);
  }

  /** Whether it was sent the levels of loggers. */
  volatile boolean hasLevels; // written under the lock

  /** Notes classes of whole jars as sent for all functions that it runs now. */
  void noteInJars(Collection<String> names) {
    for (Set<String> needed : running.values()) {
      needed.addAll(names);
    }
  }

  /** The number of calls, and of jars, for which classes are coming without a question. */
  int coming; // guarded by the lock

  /** The functions that it ran when it asked for a class of the library's API. */
  final Set<String> askedForApi = ConcurrentHashMap.newKeySet();

  /** Whether it gets all classes of the jars that its functions use, since its link is fast. */
  volatile boolean getsJars;

  /** Whether it was sent what earlier children loaded for the function that was called last. */
  volatile boolean isLearned;

  /** The number of classes of each package, and resources of each folder, that it asked for. */
  private final Map<String, Integer> askedIn = new ConcurrentHashMap<>();

  /**
   * Counts a question for a class of a package, or for a resource of a folder; returns the number
   * of questions for that.
   */
  int countAsked(String inPackage) {
    return askedIn.merge(inPackage, 1, Integer::sum);
  }

  /** The number of classes and resources that it reported to have looked for without a question. */
  int missed; // written by one UsedClassesRequest after another

  /** The number of its questions for classes of the program. */
  final AtomicInteger asked = new AtomicInteger();

  /** The packed bytes of classes that were sent, with resources in the same blocks. */
  public final LongAdder bytes = new LongAdder();

  /** The packed bytes of resources that were sent by themselves. */
  public final LongAdder resourceBytes = new LongAdder();

  /** The number of its questions for classes and resources. */
  public final LongAdder requests = new LongAdder();

  /** The number of its questions for absent ones. */
  public final LongAdder absentRequests = new LongAdder();

  /** The number of its questions for ones that were on their way to it. */
  public final LongAdder lateRequests = new LongAdder();

  /** Counts packed bytes that are sent under a name. */
  void countBytes(String name, int length) {
    (ResourceKey.isResource(name) ? resourceBytes : bytes).add(length);
  }

  /**
   * Counts a question of the context.
   *
   * @param found whether the class or resource exists
   * @param wasSent whether it was on its way
   */
  void count(boolean found, boolean wasSent) {
    requests.increment();
    if (!found) {
      absentRequests.increment();
    } else if (wasSent) {
      lateRequests.increment();
    }
  }

  /** All classes that it has reported as loaded. */
  @GuardedBy("this")
  private final Set<String> reported = new HashSet<>();

  @GuardedBy("this")
  private boolean hasReported;

  @GuardedBy("this")
  private PushPace pace;

  @GuardedBy("this")
  private int dueReports; // reports that are still to be asked for, or have not come

  /** The names of the program's classes that were sent. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    lock();
    try {
      for (String name : sent) {
        if (!LibraryNames.isLibrary(name)
            && !name.startsWith(ResourceKey.INTERNAL)
            && !ResourceKey.isResource(name)
            && !name.endsWith(".")
            && !name.startsWith(BundleSender.PREFIX)) {
          names.add(name);
        }
      }
    } finally {
      unlock();
    }
    return names;
  }

  /** The names of the sent classes that it reported as loaded, or that it can't report on. */
  public List<String> used() {
    List<String> names = names();
    lock();
    try {
      synchronized (this) {
        Set<String> unused = new HashSet<>(reportable);
        unused.removeAll(reported);
        names.removeAll(unused);
      }
    } finally {
      unlock();
    }
    return names;
  }

  /** Says when classes may be sent that it has not asked for. */
  synchronized PushPace pace(Link way) {
    if (pace == null) {
      pace = new PushPace(way);
    }
    return pace;
  }

  /** Notes the classes of a report. */
  synchronized void noteReport(Set<String> loaded) {
    Set<String> others = current().keySet();
    reportedBefore.keySet().retainAll(others);
    for (String function : others) {
      reportedBefore.computeIfAbsent(function, any -> new LinkedHashSet<>()).addAll(loaded);
    }
    reported.addAll(loaded);
    hasReported = true;
    dueReports--;
  }

  /**
   * The functions that it runs, or has not reported on, each with the classes that were sent for
   * it.
   */
  synchronized Map<String, Set<String>> current() {
    Map<String, Set<String>> current = new HashMap<>(running);
    current.putAll(unreported);
    current.putAll(awaited);
    return current;
  }

  /**
   * Notes loaded classes that were sent for none of the functions of {@link #current}, but for
   * earlier ones: each of these functions may have loaded them.
   */
  synchronized void noteUnclaimed(Set<String> loaded) {
    Map<String, Set<String>> ran = current();
    for (String name : loaded) {
      boolean isClaimed =
          ran.entrySet().stream()
              .anyMatch(e -> e.getValue().contains(name) || isAskedFor(name, e.getKey()));
      if (!isClaimed) {
        noteAskedFor(name, ran.keySet());
      }
    }
  }

  /** Runs what is to be done with a report, one after another in the order in which they came. */
  void learn(Runnable report, Executor pool) {
    reports.add(report);
    if (openReports.getAndIncrement() == 0) {
      pool.execute(() -> learn(pool));
    }
  }

  private void learn(Executor pool) {
    try {
      reports.remove().run();
    } finally {
      if (openReports.decrementAndGet() > 0) {
        pool.execute(() -> learn(pool));
      }
    }
  }

  /** Reads several of these figures while nothing is sent or reported. */
  public <T> T read(Function<SentClasses, T> reader) {
    lock();
    try {
      synchronized (this) {
        return reader.apply(this);
      }
    } finally {
      unlock();
    }
  }

  /** Whether it has reported, and is not going to be asked again. */
  public synchronized boolean hasReported() {
    return hasReported && dueReports == 0 && running.isEmpty();
  }

  /** Ends the wait for the report on a function; returns what was reported while that ran. */
  synchronized Set<String> takeReportedBefore(String function) {
    awaited.remove(function);
    Set<String> before = reportedBefore.remove(function);
    return before == null ? new HashSet<>() : before;
  }

  /**
   * Notes that a function of {@link #running} has answered.
   *
   * @return whether the context is now to be asked for a report
   */
  synchronized boolean answered(String function) {
    boolean first = unreported.isEmpty();
    Set<String> classes = running.remove(function);
    if (classes == null) {
      return false; // another call of it has just answered, too
    }
    unreported.put(function, classes);
    if (first) {
      dueReports++;
    }
    return first;
  }

  /** Notes that a call of a function was not sent, or is stopped: there will be no report of it. */
  void stopped(String function) {
    running.remove(function);
  }

  /** The functions that have returned since the last call of this. */
  synchronized Map<String, Set<String>> takeUnreported() {
    Map<String, Set<String>> taken = new HashMap<>(unreported);
    unreported.clear();
    awaited.putAll(taken);
    return taken;
  }

  /**
   * Locks; blocks while another thread sends classes to the context, which may not read.
   *
   * @throws DeadException when the thread is interrupted, as it is when its time is up
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
