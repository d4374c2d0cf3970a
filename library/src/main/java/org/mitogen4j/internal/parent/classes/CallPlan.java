package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.ResourceKey;

/** What goes along with a call since earlier children that ran the function needed it. */
final class CallPlan {
  // bytes of class files and resources that only children know to be needed

  /** Bytes that only one direct child says are needed, and that later children are sent. */
  private static final long FOR_ONE = 1 << 17;

  /**
   * The word of one direct child may add this many times the bytes that the search found, if that
   * is more than {@link #FOR_ONE}.
   */
  private static final int TIMES_FOUND = 4;

  /**
   * The limit in bytes when several direct children reported the same names, or when the search for
   * the function was cut off: then the search alone sent the first child that amount.
   */
  private static final long FOR_MORE = 1 << 24;

  /** Names, in the order in which they were sent before. */
  final List<String> names = new ArrayList<>();

  final boolean usesApi;

  /** Whether something was left out, for which there is only the word of children. */
  private boolean cut;

  private final ClassSource source;

  /** Bytes that are sent by the word of one direct child alone, by direct child. */
  private final Map<Integer, Long> sentForOne = new HashMap<>();

  private long leftForMore = FOR_MORE;

  CallPlan(FunctionClasses entry, ClassSource source) {
    this.source = source;
    usesApi = entry.usesApi;
    List<String> likely = entry.likely();
    long reached = 0;
    for (String name : likely) {
      reached += entry.reached.contains(name) ? size(name) : 0;
    }
    long quota = Math.min(FOR_MORE, Math.max(FOR_ONE, TIMES_FOUND * reached));
    if (entry.needsNames) {
      names.add(ResourceKey.NAMES);
    }
    // resources first: they are small, and are looked for before their classes
    for (String saved : entry.asked.resources()) {
      String name = source.fromSaved(saved);
      if (name != null) {
        add(name, entry.asked.onlyLink(saved), quota);
      }
    }
    for (String name : likely) {
      if (entry.reached.contains(name)) {
        names.add(name);
      } else {
        add(name, entry.onlyLink(name), entry.isCut ? FOR_MORE : quota);
      }
    }
  }

  CallPlan(AskedNames asked, ClassSource source) {
    this.source = source;
    usesApi = false;
    for (String name : asked.names()) {
      add(name, asked.onlyLink(name), FOR_ONE);
    }
  }

  /**
   * @param link the direct child that alone says that this is needed; null where several do
   * @param quota the bytes that the word of that child may add
   */
  private void add(String name, Integer link, long quota) {
    int size = size(name);
    long left = link == null ? leftForMore : quota - sentForOne.getOrDefault(link, 0L);
    if (left < size) {
      cut = true;
      return;
    }
    if (link == null) {
      leftForMore = left - size;
    } else {
      sentForOne.merge(link, (long) size, Long::sum);
    }
    names.add(name);
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
