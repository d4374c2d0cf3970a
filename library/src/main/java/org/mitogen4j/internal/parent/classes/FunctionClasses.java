package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** What children reported and asked for while they ran one function. Guarded by its owner. */
public final class FunctionClasses {
  /**
   * The classes in the order in which children loaded them, each with the children that did: bit n
   * stands for entry n of {@link #reporters}.
   */
  private final Map<String, Integer> loaded = new LinkedHashMap<>();

  /** The direct children that reported, or have a context below that did, in this order. */
  final List<Integer> reporters = new ArrayList<>();

  /** Whether the function uses the library's API: a search found it, or two children asked. */
  public boolean usesApi;

  /** The direct children that asked for the API, which they had not been sent. */
  final Set<Integer> askedForApi = new HashSet<>();

  /** Whether a search for the function was cut off: then it may need more than was found. */
  public boolean isCut;

  /**
   * Whether an earlier process left absent names out of {@link #asked} that one child alone had
   * looked for: then later children get the names of all that the program has.
   */
  public boolean needsNames;

  /** The classes that a search for the function found, whatever children say. */
  public final Set<String> reached = new HashSet<>();

  /**
   * The hash of the class files of {@link #loaded} when another process saved this; 0 if it was
   * compared with those of this process, or nothing was saved.
   */
  public long hash;

  /**
   * The resources that children asked for, and the classes that they asked for before they reported
   * or too late to be in their reports.
   */
  public final AskedNames asked;

  /** Makes an entry for a function of which nothing is known. */
  public FunctionClasses() {
    this(new AskedNames());
  }

  private FunctionClasses(AskedNames asked) {
    this.asked = asked;
  }

  /** The number of children that reported. */
  public int reports() {
    return reporters.size();
  }

  /**
   * Notes that children of an earlier process reported.
   *
   * @param reports their number, {@link LoadedClasses#ENOUGH} at most
   */
  public void setReports(int reports) {
    for (int i = 0; i < reports; i++) {
      reporters.add(AskedNames.EARLIER - i);
    }
  }

  /** The classes that children loaded, in the order in which they did. */
  public Set<String> loaded() {
    return loaded.keySet();
  }

  /** The number of children that loaded a class. */
  public int count(String className) {
    return Integer.bitCount(loaded.getOrDefault(className, 0));
  }

  /** Sets the number of children of an earlier process that loaded a class. */
  public void setLoaded(String className, int count) {
    loaded.put(className, (1 << count) - 1);
  }

  /** The direct child that alone loaded a class; null if several did. */
  Integer onlyLink(String className) {
    int children = loaded.get(className);
    boolean one = Integer.bitCount(children) == 1;
    return one ? reporters.get(Integer.numberOfTrailingZeros(children)) : null;
  }

  /**
   * Adds the classes that one more child loaded.
   *
   * @return the number of classes that no other child had loaded
   */
  int report(int child, Collection<String> classNames) {
    int bit = 1 << reporters.size();
    reporters.add(child);
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
    copy.reporters.addAll(reporters);
    copy.usesApi = usesApi;
    copy.isCut = isCut;
    copy.needsNames = needsNames;
    copy.reached.addAll(reached);
    copy.hash = hash;
    return copy;
  }

  /** The classes that at least half of the reporting children loaded. */
  List<String> likely() {
    List<String> likely = new ArrayList<>();
    for (String name : loaded.keySet()) {
      // no report names a class of the library: it counts as loaded by the child that asked for it
      if (2 * count(name) >= reporters.size() || name.startsWith(ResourceKey.INTERNAL)) {
        likely.add(name);
      }
    }
    return likely;
  }
}
