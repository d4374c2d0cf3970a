package org.mitogen4j.internal.context.codec;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Counts the hash codes of the keys of one set or map, to estimate with how many others the JDK's
 * hash table compares each new key. Keys of one class that has an order form a tree of keys of the
 * same hash code: of 1,000 keys some ten are compared. Other keys are compared with all of the same
 * hash code.
 */
final class HashCodes {
  /** Classes whose order costs no more to compare by than {@code equals}. */
  private static final Set<Class<?>> ORDERED =
      new HashSet<>(
          Arrays.asList(
              String.class,
              Integer.class,
              Long.class,
              Short.class,
              Byte.class,
              Character.class,
              Double.class,
              Float.class,
              BigInteger.class,
              UUID.class,
              Date.class,
              Instant.class));

  /** A random number, so that a sender can't choose hash codes that share a place here. */
  private static final int SECRET = ThreadLocalRandom.current().nextInt();

  private final DecodeBudget budget;
  private final boolean trees;

  /** By place: a hash code, and the number of keys that have it; 0 where the place is free. */
  private final int[] codes;

  private final int[] counts;

  /** The class of all keys so far but null; null when there are several, or it has no order. */
  private Class<?> ordered;

  private boolean any;

  /**
   * @param keys the number of keys
   * @param trees whether the table makes trees of ordered keys, as HashMap and ConcurrentHashMap do
   */
  HashCodes(DecodeBudget budget, int keys, boolean trees) {
    this.budget = budget;
    this.trees = trees;
    int places = Integer.highestOneBit(Math.max(1, Math.min(keys, 1 << 28))) << 2;
    codes = new int[places];
    counts = new int[places];
  }

  /** Adds a key; returns the number of earlier keys that it is compared with. */
  long add(Object key) {
    if (key != null) {
      Class<?> type = key.getClass();
      if (!any) {
        any = true;
        ordered = trees && ORDERED.contains(type) ? type : null;
      } else if (type != ordered) {
        ordered = null;
      }
    }
    int same = count(key == null ? 0 : key.hashCode());
    return same == 0 || ordered == null ? same : Integer.SIZE - Integer.numberOfLeadingZeros(same);
  }

  /** Counts a hash code; returns how many keys had it before. */
  private int count(int code) {
    int place = place(code);
    while (counts[place] != 0 && codes[place] != code) {
      budget.spend(1);
      place = (place + 1) & (codes.length - 1);
    }
    codes[place] = code;
    return counts[place]++;
  }

  /** Spreads the bits (as MurmurHash3 does at its end). */
  private int place(int code) {
    int h = code ^ SECRET;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return (h ^ (h >>> 16)) & (codes.length - 1);
  }
}
