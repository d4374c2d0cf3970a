package org.mitogen4j.internal.context.classes;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values by name, up to a total size in bytes: beyond it those that were used least recently are
 * dropped. The value that was put last stays, however large. Thread safe.
 */
public abstract class BoundedCache<V> {
  /** What an entry takes besides its value and the letters of its name, in bytes. */
  private static final int ENTRY = 100;

  private final long maxBytes;

  @GuardedBy("this")
  private final Map<String, V> values = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this")
  private long bytes;

  protected BoundedCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The bytes of a value, which never change. */
  protected abstract long size(V value);

  /** Null where it is not here, or no more. */
  public synchronized V get(String name) {
    return values.get(name);
  }

  /**
   * Adds or replaces a value.
   *
   * @return what was dropped to make room, by name
   */
  @CanIgnoreReturnValue
  public synchronized Map<String, V> put(String name, V value) {
    V before = values.put(name, value);
    bytes += cost(name, value) - (before == null ? 0 : cost(name, before));
    Map<String, V> dropped = new LinkedHashMap<>();
    Iterator<Map.Entry<String, V>> oldest = values.entrySet().iterator();
    while (bytes > maxBytes && values.size() > 1) {
      Map.Entry<String, V> e = oldest.next();
      bytes -= cost(e.getKey(), e.getValue());
      dropped.put(e.getKey(), e.getValue());
      oldest.remove();
    }
    return dropped;
  }

  /** Drops all values. */
  public synchronized void clear() {
    values.clear();
    bytes = 0;
  }

  private long cost(String name, V value) {
    return size(value) + 2L * name.length() + ENTRY;
  }
}
