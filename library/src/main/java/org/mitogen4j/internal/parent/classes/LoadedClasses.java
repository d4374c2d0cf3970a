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
import org.mitogen4j.internal.context.ResourceKey;

/**
 * Which classes children loaded for a function, so that later ones get exactly these. What the
 * search for the function finds by itself goes ahead of the call. For all else there is only the
 * word of children: each direct child of this context, with all that is below it, counts once, and
 * what less than half of those that told have loaded is not sent. What several direct children told
 * goes along; what only one told goes along within a quota in bytes that each direct child has for
 * itself. So a hostile child does not enlarge other children's calls by much, and takes nothing
 * away from what others told. Thread safe.
 */
public final class LoadedClasses {
  private static final int MAX_FUNCTIONS = 1000;

  /** Names of all functions together; the functions that came first are forgotten. */
  private static final int MAX_NAMES = 200_000;

  /** Names that one child's word may bring. */
  private static final int MAX_REPORT = 10_000;

  /** The most children that are asked which classes they loaded for one function. */
  public static final int ENOUGH = 5;

  @GuardedBy("this")
  private final Map<String, FunctionClasses> entries = new LinkedHashMap<>();

  @GuardedBy("this")
  private int names;

  /** What earlier children loaded for a function; null where that is not known. May block. */
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
          forget(function); // the program is another than when that was learned
          return null;
        }
        entry(function).hash = 0;
      }
    }
    return new CallPlan(known, source);
  }

  /** Of the names and the content of classes; never 0. */
  public static long hash(Collection<String> classNames, ClassSource source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : classNames) {
        byte[] file = source.classFile(name);
        digest.update(file == null ? new byte[1] : file);
      }
      return ByteBuffer.wrap(digest.digest()).getLong() | 1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  /**
   * Names of what children asked for while they ran a function that goes along to the next, before
   * one has told what it loaded. May block.
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
   * A child that was last sent a call of a function asked for a class or a resource.
   *
   * @param link the direct child, or the one on the way to it; {@link AskedNames#SEARCH} for what
   *     the search found
   * @param exists whether the program has it
   */
  synchronized void asked(String function, String name, int link, boolean exists) {
    FunctionClasses entry = entry(function);
    boolean isOpen = ResourceKey.isResource(name) || entry.reports() == 0;
    if (isOpen && !name.equals(ResourceKey.NAMES)) {
      // later children are told of each absent name that they look for, not of all names
      entry.asked.add(name, link, exists);
    }
  }

  /**
   * A child that was last sent a call of a function asked for the library's API. That goes to later
   * children once two direct children did: it is large.
   */
  synchronized void askedForApi(String function, int link) {
    FunctionClasses entry = entry(function);
    if (entry.askedForApi.size() < ENOUGH) {
      entry.askedForApi.add(link);
    }
    entry.usesApi |= entry.askedForApi.size() > 1;
  }

  /** Whether one child has told what it loaded for a function, and no more. */
  synchronized boolean isFirstReport(String function) {
    FunctionClasses entry = entries.get(function);
    return entry != null && entry.reports() == 1;
  }

  /** Whether it is of use to ask one more child what it loaded. */
  synchronized boolean isOpen(String function) {
    FunctionClasses entry = entries.get(function);
    return entry == null || entry.reports() < ENOUGH;
  }

  /**
   * Notes that the call of a function is sent to a child.
   *
   * @param reached what the search for it found; empty where there was none
   * @param isCut whether the search was cut off before it had found all
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
   * A child tells which classes it loaded.
   *
   * @param child the direct child that it is, or below which it is: it counts once for a function
   */
  synchronized void report(String function, int child, Collection<String> loaded) {
    FunctionClasses entry = entry(function);
    if (loaded.isEmpty() || entry.reports() >= ENOUGH || entry.told.contains(child)) {
      return;
    }
    Collection<String> bounded = new LinkedHashSet<>(loaded);
    if (bounded.size() > MAX_REPORT) {
      bounded = new ArrayList<>(bounded).subList(0, MAX_REPORT);
    }
    names += entry.report(child, bounded);
    entry.reached.retainAll(entry.loaded());
    entry.asked.removeIf(name -> !ResourceKey.isResource(name)); // now it is known better
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

  /** What is known, to be kept for another process. */
  public synchronized Map<String, FunctionClasses> known() {
    Map<String, FunctionClasses> known = new LinkedHashMap<>();
    for (Map.Entry<String, FunctionClasses> e : entries.entrySet()) {
      if (e.getValue().reports() > 0) {
        known.put(e.getKey(), e.getValue().copy());
      }
    }
    return known;
  }

  /** Adds what another process has learned. */
  public synchronized void learn(String function, FunctionClasses entry) {
    if (!entries.containsKey(function)) {
      entries.put(function, entry);
      names += entry.loaded().size();
      bound(function);
    }
  }
}
