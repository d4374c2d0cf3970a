package org.mitogen4j.internal.context;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A cache of resources that came, by soft references; a lost entry is asked for again. */
public final class KeptContent {
  private static final String PART = "resources";

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<byte[]> gone = new ReferenceQueue<>();

  private static final class Entry extends SoftReference<byte[]> {
    final String key;

    Entry(String key, byte[] content, ReferenceQueue<byte[]> gone) {
      super(content, gone);
      this.key = key;
    }
  }

  /** The cache of a context. */
  public static KeptContent of(ContextRuntime context) {
    return (KeptContent) context.parts.computeIfAbsent(PART, any -> new KeptContent());
  }

  /** An entry; null if it is not here, or no longer. */
  public byte[] get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.get();
  }

  public void put(String key, byte[] content) {
    for (Entry old = (Entry) gone.poll(); old != null; old = (Entry) gone.poll()) {
      entries.remove(old.key, old);
    }
    entries.put(key, new Entry(key, content, gone));
  }
}
