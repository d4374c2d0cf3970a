package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** The classes and resources to send ahead of a call, as earlier children reported them. */
final class CallPlan {
  // limits in bytes of class files and resources of which only children say that they are needed

  /** The most bytes that are sent because one direct child alone says so. */
  private static final long FOR_ONE = 1 << 17;

  /**
   * One direct child alone may add this many times the bytes that the search found, if that is more
   * than {@link #FOR_ONE}.
   */
  private static final int TIMES_FOUND = 4;

  /**
   * The limit in bytes when several direct children reported the same names, or when the search for
   * the function was cut off: then the first child got that amount without any report. Hibernate
   * loads 20 MB, Spark's local mode 61 MB; packed in blocks, the latter are 16 MB, which is what
   * {@link JarSender} sends a first child. What is beyond the limit takes a question for every
   * twenty classes.
   */
  private static final long FOR_MORE = 1 << 26;

  /** The names, in the order in which they were sent before. */
  final List<String> names = new ArrayList<>();

  final boolean usesApi;

  /** Whether something was left out because of these limits. */
  private boolean cut;

  private final ClassSource source;

  /** The bytes that are sent because one direct child alone says so, by its id. */
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
    List<String> late = new ArrayList<>();
    for (String saved : entry.asked.names()) {
      if (!ResourceKey.isResource(saved)) {
        late.add(saved);
        continue;
      }
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
    late.removeAll(likely);
    for (String name : late) { // asked for when the children had reported
      add(name, entry.asked.onlyLink(name), quota);
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
   * Adds a name, unless it exceeds a limit.
   *
   * @param link the direct child that alone says that the name is needed; null if several do
   * @param quota the bytes that this child alone may add
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
      return name.length(); // an absent name has no content to ask the parent for
    }
    byte[] content = ResourceKey.isResource(name) ? source.packed(name) : source.classFile(name);
    return name.length() + (content == null ? 0 : content.length);
  }
}
