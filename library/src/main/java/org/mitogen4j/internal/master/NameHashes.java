package org.mitogen4j.internal.master;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mitogen4j.internal.context.resources.NameFilter;

/**
 * A set of names of files and folders, of which only the hashes are kept. A folder is in it with
 * and without a slash at its end. Two names have the same hash of 64 bits once in a billion class
 * paths. Not thread safe while names are added.
 */
final class NameHashes {
  /** The number of folders, one in the other, of the last name that are remembered. */
  private static final int DEPTH = 32;

  /** The hashes, each at the first free position from that which its last bits give; 0 is free. */
  private long[] table = new long[64];

  private int size;

  /** The folders of the last name, as hashes that are not mixed: most names have the same ones. */
  private final long[] last = new long[DEPTH];

  int size() {
    return size;
  }

  boolean has(String name) {
    return has(NameFilter.hash(name));
  }

  /** Whether there is a name with a hash of {@link NameFilter}. */
  boolean has(long hash) {
    return table[position(hash)] == hash;
  }

  private int position(long hash) {
    int at = (int) hash & table.length - 1;
    while (table[at] != 0 && table[at] != hash) {
      at = at + 1 & table.length - 1;
    }
    return at;
  }

  private boolean put(long hash) {
    int at = position(hash);
    if (table[at] == hash) {
      return false;
    }
    table[at] = hash;
    size++;
    if (2 * size > table.length) {
      long[] old = table;
      table = new long[4 * old.length];
      for (long known : old) {
        if (known != 0) {
          table[position(known)] = known;
        }
      }
    }
    return true;
  }

  /** Adds a name and its parent folders. */
  void add(String name) {
    if (!name.endsWith("/")) {
      put(NameFilter.hash(name));
    }
    int slash = name.lastIndexOf('/');
    while (slash > 0 && put(NameFilter.hash(name.substring(0, slash + 1)))) { // else all are there
      put(NameFilter.hash(name.substring(0, slash)));
      slash = name.lastIndexOf('/', slash - 1);
    }
  }

  /** Adds a name in UTF-8 and its parent folders; faster than as a text. */
  void add(byte[] b, int from, int to) {
    long hash = NameFilter.START;
    int depth = 0;
    for (int i = from; i < to; i++) {
      int c = b[i];
      if (c <= 0) { // no ASCII
        add(new String(b, from, to - from, StandardCharsets.UTF_8));
        return;
      }
      long before = hash;
      hash = (hash ^ c) * NameFilter.FACTOR;
      if (c == '/' && i > from) {
        if (depth >= DEPTH || last[depth] != hash) {
          put(NameFilter.mix(before));
          put(NameFilter.mix(hash));
          last[Math.min(depth, DEPTH - 1)] = hash;
        }
        depth++;
      }
    }
    if (to > from && b[to - 1] != '/') {
      put(NameFilter.mix(hash));
    }
  }

  void addAll(NameHashes other) {
    for (long hash : other.table) {
      if (hash != 0) {
        put(hash);
      }
    }
  }

  boolean hasAll(NameHashes other) {
    return Arrays.stream(other.table).allMatch(hash -> hash == 0 || has(hash));
  }

  /** The hashes in any order. */
  long[] toArray() {
    long[] all = new long[size];
    int n = 0;
    for (long hash : table) {
      if (hash != 0) {
        all[n++] = hash;
      }
    }
    return all;
  }
}
