package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.context.ResourceKey;

/**
 * Which classes children loaded for a function, so that later ones get exactly these. What the
 * search for the function finds by itself goes ahead of the call. For all else there is only the
 * word of children: each direct child of this context, with all that is below it, counts once, and
 * what less than half of those that told have loaded is not sent. How many bytes their word sends
 * is bounded, so that a hostile child does not enlarge other children's calls by much. Thread safe.
 */
public final class LoadedClasses {
  private static final int MAX_FUNCTIONS = 1000;

  /** Names of all functions together; the functions that came first are forgotten. */
  private static final int MAX_NAMES = 200_000;

  /** Names that one child's word may bring. */
  private static final int MAX_REPORT = 10_000;

  /** The most children that are asked which classes they loaded for one function. */
  private static final int ENOUGH = 5;

  // bytes of class files and resources that only children know to be needed

  /** Bytes that the report of one direct child may add to what later children are sent. */
  private static final long FOR_ONE = 1 << 17;

  /**
   * The report of one direct child may add this many times the bytes that the search found, if that
   * is more than {@link #FOR_ONE}.
   */
  private static final int TIMES_FOUND = 4;

  /**
   * The limit in bytes when several direct children reported the same names, or when the search for
   * the function was cut off: in the latter case the first child got as much by the search alone.
   */
  private static final long FOR_MORE = 1 << 24;

  /** Names that children asked for, before one has told what it loaded. */
  private static final int MAX_ASKED = 64;

  /** With the resources that they asked for. */
  private static final int MAX_RESOURCES = 500;

  /** Letters of all these names for one function. */
  private static final int MAX_ASKED_LETTERS = 1 << 16;

  @GuardedBy("this")
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  @GuardedBy("this")
  private int names;

  /** What is known of a function. */
  public static final class Entry {
    /** How many children loaded each class, in the order in which they are loaded. */
    public final Map<String, Integer> loaded = new LinkedHashMap<>();

    /** How many children told. */
    public int reports;

    public boolean usesApi;

    /**
     * Whether the search for the function was cut off, so that the function may need more than was
     * found.
     */
    public boolean isCut;

    /** Those that the search for the function finds by itself. */
    public final Set<String> reached = new HashSet<>();

    /** Of the content of all these classes, if it is to be checked; 0 for no check. */
    public long hash;

    /** The direct children that told, or below which one did. */
    final Set<Integer> told = new HashSet<>();

    /** What children asked for: classes until one has told, and resources. */
    public final Set<String> asked = new LinkedHashSet<>();

    int askedLetters;

    /** Names of resources that children asked for. */
    public List<String> resources() {
      List<String> resources = new ArrayList<>(asked);
      resources.removeIf(name -> !ResourceKey.isResource(name));
      return resources;
    }

    private Entry copy() {
      Entry copy = new Entry();
      copy.loaded.putAll(loaded);
      copy.reports = reports;
      copy.usesApi = usesApi;
      copy.isCut = isCut;
      copy.reached.addAll(reached);
      copy.hash = hash;
      copy.asked.addAll(asked);
      return copy;
    }

    List<String> likely() {
      List<String> likely = new ArrayList<>();
      for (Map.Entry<String, Integer> e : loaded.entrySet()) {
        if (2 * e.getValue() >= reports) {
          likely.add(e.getKey());
        }
      }
      return likely;
    }
  }

  /** What goes along with a call. */
  static final class Plan {
    /** Names, in the order in which they were sent before. */
    final List<String> names = new ArrayList<>();

    final boolean usesApi;

    /** Whether something was left out, for which there is only the word of children. */
    private boolean cut;

    private final ClassSource source;
    private long leftForOne = FOR_ONE;
    private long leftForMore = FOR_MORE;

    Plan(Entry entry, ClassSource source) {
      this.source = source;
      usesApi = entry.usesApi;
      List<String> likely = entry.likely();
      long reached = 0;
      for (String name : likely) {
        reached += entry.reached.contains(name) ? size(name) : 0;
      }
      leftForOne = entry.isCut ? FOR_MORE : Math.max(FOR_ONE, TIMES_FOUND * reached);
      // resources first: they are small, and are looked for before their classes
      for (String saved : entry.resources()) {
        String name = source.fromSaved(saved);
        if (name != null) {
          add(name, false);
        }
      }
      for (String name : likely) {
        if (entry.reached.contains(name)) {
          names.add(name);
        } else {
          add(name, entry.loaded.get(name) > 1);
        }
      }
    }

    private Plan(Collection<String> asked, ClassSource source) {
      this.source = source;
      usesApi = false;
      for (String name : asked) {
        add(name, false);
      }
    }

    private void add(String name, boolean severalTold) {
      int size = size(name);
      if (severalTold && leftForMore >= size) {
        leftForMore -= size;
        names.add(name);
      } else if (!severalTold && leftForOne >= size) {
        leftForOne -= size;
        names.add(name);
      } else {
        cut = true;
      }
    }

    boolean isCut() {
      return cut;
    }

    private int size(String name) {
      if (ResourceKey.isAbsence(name)) {
        return name.length(); // without a question to the parent: it has no content
      }
      byte[] content = ResourceKey.isResource(name) ? source.packed(name) : source.classFile(name);
      return name.length() + (content == null ? 0 : content.length);
    }
  }

  /** What earlier children loaded for a function; null where that is not known. May block. */
  Plan plan(String function, ClassSource source) {
    Entry known;
    synchronized (this) {
      Entry entry = entries.get(function);
      if (entry == null || entry.reports == 0) {
        return null;
      }
      known = entry.copy();
    }
    if (known.hash != 0) {
      long now = hash(known.loaded.keySet(), source);
      synchronized (this) {
        if (now != known.hash) {
          forget(function); // the program is another than when that was learned
          return null;
        }
        entry(function).hash = 0;
      }
    }
    return new Plan(known, source);
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
    List<String> asked;
    synchronized (this) {
      Entry entry = entries.get(function);
      if (entry == null) {
        return Collections.emptyList();
      }
      asked = new ArrayList<>(entry.asked);
    }
    return new Plan(asked, source).names;
  }

  /** A child that was last sent a call of a function asked for a class. */
  synchronized void asked(String function, String className) {
    Entry entry = entry(function);
    if (className.equals(ResourceKey.NAMES)) {
      return; // later children are told of each absent name that they look for instead
    }
    boolean isOpen =
        ResourceKey.isResource(className)
            ? entry.asked.size() < MAX_RESOURCES
            : entry.reports == 0 && entry.asked.size() < MAX_ASKED;
    if (isOpen
        && entry.askedLetters + className.length() <= MAX_ASKED_LETTERS
        && entry.asked.add(className)) {
      entry.askedLetters += className.length();
    }
  }

  /** Whether it is of use to ask one more child what it loaded. */
  synchronized boolean isOpen(String function) {
    Entry entry = entries.get(function);
    return entry == null || entry.reports < ENOUGH;
  }

  /**
   * Notes that the call of a function is sent to a child.
   *
   * @param reached what the search for it found; empty where there was none
   * @param isCut whether the search was cut off before it had found all
   */
  synchronized void sent(
      String function, boolean usesApi, Collection<String> reached, boolean isCut) {
    Entry entry = entry(function);
    entry.usesApi |= usesApi;
    entry.isCut |= isCut;
    if (entry.reports == 0 && entry.reached.size() < MAX_REPORT) {
      for (String name : reached) {
        if (ResourceKey.isResource(name)) {
          asked(function, name);
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
    Entry entry = entry(function);
    if (loaded.isEmpty() || entry.reports >= ENOUGH || !entry.told.add(child)) {
      return;
    }
    entry.reports++;
    int left = MAX_REPORT;
    for (String name : new LinkedHashSet<>(loaded)) {
      if (left-- > 0 && entry.loaded.merge(name, 1, Integer::sum) == 1) {
        names++;
      }
    }
    entry.reached.retainAll(entry.loaded.keySet());
    entry.asked.removeIf(name -> !ResourceKey.isResource(name)); // now it is known better
    bound(function);
  }

  @GuardedBy("this")
  private Entry entry(String function) {
    Entry entry = entries.get(function);
    if (entry == null) {
      entry = new Entry();
      entries.put(function, entry);
      bound(function);
    }
    return entry;
  }

  @GuardedBy("this")
  private void bound(String latest) {
    Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
    while (names > MAX_NAMES || entries.size() > MAX_FUNCTIONS) {
      Map.Entry<String, Entry> e = oldest.next();
      if (!e.getKey().equals(latest)) {
        names -= e.getValue().loaded.size();
        oldest.remove();
      } else if (entries.size() == 1) {
        return;
      }
    }
  }

  @GuardedBy("this")
  private void forget(String function) {
    Entry gone = entries.remove(function);
    if (gone != null) {
      names -= gone.loaded.size();
    }
  }

  /** What is known, to be kept for another process. */
  public synchronized Map<String, Entry> known() {
    Map<String, Entry> known = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> e : entries.entrySet()) {
      if (e.getValue().reports > 0) {
        known.put(e.getKey(), e.getValue().copy());
      }
    }
    return known;
  }

  /** Adds what another process has learned. */
  public synchronized void learn(String function, Entry entry) {
    if (!entries.containsKey(function)) {
      entries.put(function, entry);
      names += entry.loaded.size();
      bound(function);
    }
  }
}
