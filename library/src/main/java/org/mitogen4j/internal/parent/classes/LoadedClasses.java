package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.mitogen4j.internal.context.classes.ResourceKey;

/**
 * The classes that children loaded for each function, so that later children get these and no
 * others. A class that less than half of the reporting children loaded is not sent. What children
 * report may be false, so each direct child, together with the contexts below it, counts once; and
 * of the classes that no search found, those that one child alone reported are sent up to a number
 * of bytes ({@link CallPlan}). So a hostile child adds only a little to what other children are
 * sent. Thread safe.
 */
public final class LoadedClasses {
  private static final int MAX_FUNCTIONS = 1000;

  /** The most names of all functions together; for more the oldest functions are forgotten. */
  private static final int MAX_NAMES = 200_000;

  /** The most names of one report. */
  private static final int MAX_REPORT = 10_000;

  /** The number of reports on a function after which no child is asked for one any more. */
  public static final int ENOUGH = 5;

  @GuardedBy("this")
  private final Map<String, FunctionClasses> entries = new LinkedHashMap<>();

  @GuardedBy("this")
  private int names;

  /**
   * What earlier children loaded for a function, to be sent to the next one; null if no child has
   * reported. May block, to read class files.
   */
  CallPlan plan(String function, ClassSource source) {
    FunctionClasses known;
    synchronized (this) {
      FunctionClasses entry = entries.get(function);
      if (entry == null || entry.reports() == 0) {
        return null;
      }
      known = entry.copy();
    }
    if (known.hash != 0) {
      long now = hash(known.loaded(), source);
      synchronized (this) {
        if (now != known.hash) {
          forget(function); // the program has changed since the reports
          return null;
        }
        entry(function).hash = 0;
      }
    }
    return new CallPlan(known, source);
  }

  /** The hash of the names and contents of classes; never 0. */
  public static long hash(Collection<String> classNames, ClassSource source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : classNames) {
        byte[] file = source.classFile(name);
        digest.update(file == null ? new byte[1] : file);
      }
      return ByteBuffer.wrap(digest.digest()).getLong() | 1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has this hash function
    }
  }

  /**
   * The names that children asked for while they ran a function, to be sent to the next child if
   * none has reported yet. May block, to read class files.
   */
  Collection<String> asked(String function, ClassSource source) {
    AskedNames asked;
    synchronized (this) {
      FunctionClasses entry = entries.get(function);
      if (entry == null) {
        return Collections.emptyList();
      }
      asked = entry.asked.copy();
    }
    return new CallPlan(asked, source).names;
  }

  /**
   * Notes that a child asked for a class or a resource after it was sent a call of a function.
   *
   * @param link the direct child that asks or has the asking context below it; {@link
   *     AskedNames#SEARCH} for what the search found
   * @param exists whether the program has the class or resource
   */
  synchronized void asked(String function, String name, int link, boolean exists) {
    if (!name.equals(ResourceKey.NAMES)) {
      // later children are told of single absent names in place of getting all names
      entry(function).asked.add(name, link, exists);
    }
  }

  /**
   * Notes a class that was sent along with an answer. Does nothing once a child has reported: its
   * report has the class if it was loaded.
   */
  synchronized void askedAlong(String function, String className, int link) {
    if (entry(function).reports() == 0) {
      entry(function).asked.add(className, link, true);
    }
  }

  /**
   * Notes that a child asked for the library's API after it was sent a call of a function. The API
   * is large, so later children get it only if two direct children asked.
   */
  synchronized void askedForApi(String function, int link) {
    FunctionClasses entry = entry(function);
    if (entry.askedForApi.size() < ENOUGH) {
      entry.askedForApi.add(link);
    }
    entry.usesApi |= entry.askedForApi.size() > 1;
  }

  /** Whether no child has reported on a function. */
  synchronized boolean isUnreported(String function) {
    FunctionClasses entry = entries.get(function);
    return entry == null || entry.reports() == 0;
  }

  /** Whether exactly one child has reported on a function. */
  synchronized boolean isFirstReport(String function) {
    FunctionClasses entry = entries.get(function);
    return entry != null && entry.reports() == 1;
  }

  /** Whether one more child is to be asked for a report on a function. */
  synchronized boolean isOpen(String function) {
    FunctionClasses entry = entries.get(function);
    return entry == null || entry.reports() < ENOUGH;
  }

  /**
   * Notes that the call of a function is sent to a child.
   *
   * @param reached the classes that the search found; empty if there was no search
   * @param isCut whether the search was cut off
   */
  synchronized void sent(
      String function, boolean usesApi, Collection<String> reached, boolean isCut) {
    FunctionClasses entry = entry(function);
    entry.usesApi |= usesApi;
    entry.isCut |= isCut;
    if (entry.reports() == 0 && entry.reached.size() < MAX_REPORT) {
      for (String name : reached) {
        if (ResourceKey.isResource(name)) {
          asked(function, name, AskedNames.SEARCH, true);
        } else {
          entry.reached.add(name);
        }
      }
    }
  }

  /**
   * Adds the report of a context.
   *
   * @param child the direct child that reports or has the reporting context below it; it counts
   *     once for a function
   * @param isWhole whether the report names all loaded classes that the child asked for: not that
   *     of a context further down, since the child also asks in the place of other contexts
   */
  synchronized void report(String function, int child, Collection<String> loaded, boolean isWhole) {
    FunctionClasses entry = entry(function);
    if (loaded.isEmpty() || entry.reports() >= ENOUGH || entry.reporters.contains(child)) {
      return;
    }
    Collection<String> bounded = new LinkedHashSet<>(loaded);
    if (bounded.size() > MAX_REPORT) {
      bounded = new ArrayList<>(bounded).subList(0, MAX_REPORT);
    }
    names += entry.report(child, bounded);
    entry.reached.retainAll(entry.loaded());
    if (isWhole) {
      entry.asked.removeClasses(child); // what it asks for later, it loads later
    }
    bound(function);
  }

  @GuardedBy("this")
  private FunctionClasses entry(String function) {
    FunctionClasses entry = entries.get(function);
    if (entry == null) {
      entry = new FunctionClasses();
      entries.put(function, entry);
      bound(function);
    }
    return entry;
  }

  @GuardedBy("this")
  private void bound(String latest) {
    Iterator<Map.Entry<String, FunctionClasses>> oldest = entries.entrySet().iterator();
    while (names > MAX_NAMES || entries.size() > MAX_FUNCTIONS) {
      Map.Entry<String, FunctionClasses> e = oldest.next();
      if (!e.getKey().equals(latest)) {
        names -= e.getValue().loaded().size();
        oldest.remove();
      } else if (entries.size() == 1) {
        return;
      }
    }
  }

  @GuardedBy("this")
  private void forget(String function) {
    FunctionClasses gone = entries.remove(function);
    if (gone != null) {
      names -= gone.loaded().size();
    }
  }

  /** All entries, to be saved for another process. */
  public synchronized Map<String, FunctionClasses> known() {
    Map<String, FunctionClasses> known = new LinkedHashMap<>();
    for (Map.Entry<String, FunctionClasses> e : entries.entrySet()) {
      if (e.getValue().reports() > 0) {
        known.put(e.getKey(), e.getValue().copy());
      }
    }
    return known;
  }

  /** Adds an entry that another process saved. */
  public synchronized void learn(String function, FunctionClasses entry) {
    if (!entries.containsKey(function)) {
      entries.put(function, entry);
      names += entry.loaded().size();
      bound(function);
    }
  }
}
