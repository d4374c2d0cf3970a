package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.context.classes.ResourceKey;

/**
 * The names that children asked for while they ran one function, and that are sent with its later
 * calls; each with the direct children that asked. Each direct child, together with all contexts
 * below it, has quotas of its own. Not thread safe.
 */
public final class AskedNames {
  /** Stands for the search for the function in place of a child; needs no quota. */
  public static final int SEARCH = -1;

  /** Stands for the only child that asked for a name in an earlier process. */
  public static final int EARLIER = -2;

  /** The most direct children of which questions are noted; those that ask later are not noted. */
  private static final int MAX_LINKS = 4;

  /** The most classes that one direct child can add. */
  private static final int MAX_CLASSES = 64;

  /**
   * The most classes and resources that one direct child can add. A web application of Spring Boot
   * looks for 400, with 90 letters each.
   */
  private static final int MAX_NAMES = 1000;

  /** The most letters of all names that one direct child can add. */
  private static final int MAX_LETTERS = 1 << 16;

  /** The most absent names that one direct child can add. */
  private static final int MAX_ABSENT = 500;

  /** The most letters of all absent names that one direct child can add. */
  private static final int MAX_ABSENT_LETTERS = 1 << 14;

  private final Map<String, Set<Integer>> links = new LinkedHashMap<>();
  private final Map<Integer, Used> quotas = new LinkedHashMap<>();

  /** What a direct child has used of its quotas. */
  private static final class Used {
    int names;
    int classes;
    int letters;
    int absent;
    int absentLetters;
  }

  /**
   * Notes that a name was asked for.
   *
   * @param link the direct child that asks or has the asking context below it; or {@link #SEARCH}
   *     or {@link #EARLIER}
   * @param exists whether the program has such a class or resource
   */
  public void add(String name, int link, boolean exists) {
    Set<Integer> known = links.get(name);
    if (known != null && (known.contains(link) || known.size() >= MAX_LINKS)) {
      return;
    }
    if (link != SEARCH && !take(name, link, exists)) {
      return;
    }
    if (known == null) {
      known = new LinkedHashSet<>(2);
      links.put(name, known);
    }
    known.add(link);
  }

  private boolean take(String name, int link, boolean exists) {
    Used used = quotas.get(link);
    if (used == null) {
      if (quotas.size() >= MAX_LINKS) {
        return false;
      }
      used = new Used();
      quotas.put(link, used);
    }
    boolean isClass = !ResourceKey.isResource(name);
    int absent = exists ? 0 : name.length();
    if (used.names >= MAX_NAMES
        || isClass && used.classes >= MAX_CLASSES
        || !exists && used.absent >= MAX_ABSENT
        || used.letters + name.length() > MAX_LETTERS
        || used.absentLetters + absent > MAX_ABSENT_LETTERS) {
      return false;
    }
    used.names++;
    used.classes += isClass ? 1 : 0;
    used.letters += name.length();
    used.absent += exists ? 0 : 1;
    used.absentLetters += absent;
    return true;
  }

  /** The names in the order in which they were asked for first. */
  public Collection<String> names() {
    return new ArrayList<>(links.keySet());
  }

  /** The direct child that alone asked for a name; null if several did, or the search found it. */
  public Integer onlyLink(String name) {
    Set<Integer> all = links.get(name);
    return all == null || all.size() != 1 || all.contains(SEARCH) ? null : all.iterator().next();
  }

  /** Forgets the classes that a direct child asked for, and that they used up its quota. */
  void removeClasses(int link) {
    for (Map.Entry<String, Set<Integer>> e : links.entrySet()) {
      if (!ResourceKey.isResource(e.getKey())) {
        e.getValue().remove(link);
      }
    }
    links.values().removeIf(Set::isEmpty);
    Used used = quotas.get(link);
    if (used != null) {
      used.classes = 0;
    }
  }

  AskedNames copy() {
    AskedNames copy = new AskedNames();
    for (Map.Entry<String, Set<Integer>> e : links.entrySet()) {
      copy.links.put(e.getKey(), new LinkedHashSet<>(e.getValue()));
    }
    return copy;
  }
}
