package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of the classes that one function loads. {@link LoadedClasses} guards it. */
public final class FunctionClasses {
  /**
   * The classes in the order in which they are loaded, each with the children that loaded it: the
   * n-th bit stands for the n-th child that told.
   */
  private final Map<String, Integer> loaded = new LinkedHashMap<>();

  /** The direct children that told, or below which one did, in that order. */
  final List<Integer> told = new ArrayList<>();

  /** Whether the function uses the library's API, by the search or by several children. */
  public boolean usesApi;

  /** The direct children that asked for the API, although the search had not found its use. */
  final Set<Integer> askedForApi = new HashSet<>();

  /**
   * Whether the search for the function was cut off, so that the function may need more than was
   * found.
   */
  public boolean isCut;

  /**
   * Whether children looked for absent names that are not in {@link #asked} one by one: then the
   * names of all that the program has go along.
   */
  public boolean needsNames;

  /** Those that the search for the function finds by itself. */
  public final Set<String> reached = new HashSet<>();

  /** Of the content of all these classes, if it is to be checked; 0 for no check. */
  public long hash;

  /** What children asked for: classes until one has told, and resources. */
  public final AskedNames asked;

  /** A function of which nothing is known. */
  public FunctionClasses() {
    this(new AskedNames());
  }

  private FunctionClasses(AskedNames asked) {
    this.asked = asked;
  }

  /** How many children told. */
  public int reports() {
    return told.size();
  }

  /**
   * Takes what children of an earlier process told.
   *
   * @param reports how many told, {@link LoadedClasses#ENOUGH} at most
   */
  public void setReports(int reports) {
    for (int i = 0; i < reports; i++) {
      told.add(AskedNames.EARLIER - i);
    }
  }

  /** The classes in the order in which they are loaded. */
  public Set<String> loaded() {
    return loaded.keySet();
  }

  /** How many children loaded a class. */
  public int count(String className) {
    return Integer.bitCount(loaded.getOrDefault(className, 0));
  }

  /** Notes how many children of an earlier process loaded a class. */
  public void setLoaded(String className, int count) {
    loaded.put(className, (1 << count) - 1);
  }

  /** The direct child that alone loaded a class; null when several did. */
  Integer onlyLink(String className) {
    int children = loaded.get(className);
    boolean one = Integer.bitCount(children) == 1;
    return one ? told.get(Integer.numberOfTrailingZeros(children)) : null;
  }

  /**
   * Notes the classes that one more child loaded.
   *
   * @return how many of them are new
   */
  int report(int child, Collection<String> classNames) {
    int bit = 1 << told.size();
    told.add(child);
    int added = 0;
    for (String name : classNames) {
      if (loaded.merge(name, bit, (a, b) -> a | b) == bit) {
        added++;
      }
    }
    return added;
  }

  FunctionClasses copy() {
    FunctionClasses copy = new FunctionClasses(asked.copy());
    copy.loaded.putAll(loaded);
    copy.told.addAll(told);
    copy.usesApi = usesApi;
    copy.isCut = isCut;
    copy.needsNames = needsNames;
    copy.reached.addAll(reached);
    copy.hash = hash;
    return copy;
  }

  List<String> likely() {
    List<String> likely = new ArrayList<>();
    for (String name : loaded.keySet()) {
      if (2 * count(name) >= told.size()) {
        likely.add(name);
      }
    }
    return likely;
  }
}
