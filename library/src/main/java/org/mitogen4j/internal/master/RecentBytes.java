package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was made or read before and may be wanted again: a bounded number of bytes. Thread safe. */
final class RecentBytes {
  /** What an entry takes besides its bytes and the letters of its name. */
  private static final int ENTRY = 100;

  private final long maxBytes;
  private final Map<String, byte[]> recent = new LinkedHashMap<>(16, 0.75f, true); // by this

  @GuardedBy("this")
  private long bytes;

  RecentBytes(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized byte[] get(String name) {
    return recent.get(name);
  }

  synchronized void put(String name, byte[] value) {
    byte[] before = recent.put(name, value);
    bytes += value.length - (before == null ? -(2L * name.length() + ENTRY) : before.length);
    Iterator<Map.Entry<String, byte[]>> oldest = recent.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      Map.Entry<String, byte[]> e = oldest.next();
      bytes -= e.getValue().length + 2L * e.getKey().length() + ENTRY;
      oldest.remove();
    }
  }
}
