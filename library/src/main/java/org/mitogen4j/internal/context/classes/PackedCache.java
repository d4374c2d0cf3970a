package org.mitogen4j.internal.context.classes;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.kernel.ClassCache;

/**
 * What a context below the master keeps of the classes and answers that it was sent, as they
 * travel: a bounded number of bytes. What was used least recently is dropped, a block with all its
 * classes, and the context asks for it again when it needs it. The library's own classes and the
 * descriptions of packages are never dropped: a context can't do without the former, and no class
 * may be defined without the latter. What tells which names are absent stays until the parent takes
 * it back by an empty name. Made with the access to the program, in place of the kernel's map.
 * Thread safe; a reading thread may use it, since no lock is held for longer than a look-up takes.
 */
public final class PackedCache extends AbstractMap<String, byte[]> {
  private final ClassBlocks blocks;
  private final byte[] dictionary;

  /**
   * The kernel's map: what came before this one took its place, or just then. It is moved here, but
   * for what tells of absent names. That counts as long as the kernel's map has no empty name,
   * which took it back, and may have come behind it.
   */
  private final Map<String, byte[]> before;

  /** What tells which names are absent, by {@link ResourceKey#isAbsence its keys}. */
  private final Map<String, byte[]> absences = new ConcurrentHashMap<>();

  private final Map<String, byte[]> permanent = new ConcurrentHashMap<>();

  /** The names of the blocks that classes came in, by class. */
  private final Map<String, String> blockOf = new ConcurrentHashMap<>();

  /** Single classes, answers about resources, and blocks. */
  private final RecentBytes recent;

  private PackedCache(ClassCache classes, ClassBlocks blocks, long maxBytes) {
    this.blocks = blocks;
    dictionary = classes.dictionary;
    before = classes.kept;
    recent = new RecentBytes(maxBytes);
  }

  /** Bounds what a context keeps from now on, and what it has kept so far. */
  public static void bound(ClassCache classes, ClassBlocks blocks, long maxBytes) {
    PackedCache bounded = new PackedCache(classes, blocks, maxBytes);
    bounded.get(ResourceKey.NAMES); // loads what a look-up needs, before classes are looked up here
    classes.kept = bounded;
    for (String name : new ArrayList<>(bounded.before.keySet())) {
      if (!name.isEmpty() && !ResourceKey.isAbsence(name)) {
        bounded.put(name, bounded.before.get(name)); // it is in one of both at any time
        bounded.before.remove(name);
      }
    }
  }

  private static boolean isPermanent(String name) {
    return name.startsWith(ResourceKey.LIBRARY) || isPackage(name);
  }

  private static boolean isPackage(String name) {
    return name.endsWith(".") && !ResourceKey.isResource(name);
  }

  @Override
  public byte[] put(String name, byte[] packed) {
    if (name.isEmpty()) { // names that were absent may exist by now
      before.keySet().removeIf(ResourceKey::isAbsence);
      absences.clear();
      return null;
    } else if (ResourceKey.isAbsence(name)) {
      return absences.put(name, packed);
    } else if (isPermanent(name)) {
      return permanent.put(name, packed);
    }
    String key = ClassBlocks.isBlock(packed) ? ClassBlocks.name(packed) : name;
    if (key.equals(name)) {
      blockOf.remove(name);
    } else {
      blockOf.put(name, key);
    }
    for (Map.Entry<String, byte[]> e : recent.put(key, packed).entrySet()) {
      dropped(e.getKey(), e.getValue());
    }
    return null;
  }

  private void dropped(String key, byte[] packed) {
    if (ClassBlocks.isBlock(packed)) {
      for (String name : ClassBlocks.names(packed, dictionary)) {
        blockOf.remove(name, key);
      }
      blocks.forget(packed);
    }
  }

  @Override
  public byte[] get(Object name) {
    String text = (String) name;
    if (text.isEmpty()) {
      return null; // no class has this name
    } else if (ResourceKey.isAbsence(text)) {
      byte[] absence = absences.get(text);
      return absence != null || before.containsKey("") ? absence : before.get(text);
    }
    byte[] packed = permanent.get(name);
    if (packed == null) {
      packed = recent.get(blockOf.getOrDefault(text, text));
    }
    return packed == null ? before.get(name) : packed;
  }

  @Override
  public boolean containsKey(Object name) {
    return get(name) != null;
  }

  /** Not of use here: what is kept is only looked up. */
  @Override
  public Set<Entry<String, byte[]>> entrySet() {
    throw new UnsupportedOperationException("what a context keeps is looked up by name only");
  }
}
