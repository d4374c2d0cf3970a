package org.mitogen4j.internal.context.codec;

import java.math.BigDecimal;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * Bounds the time for reading one message that was not written by a parent: the bound grows only
 * with the message's bytes. It is spent while the message is read. One unit stands for at most some
 * nanoseconds: for hashing or comparing a byte of the message, or a component of an object.
 *
 * <p>Two sums are kept. The <i>weight</i> of a value is the cost of hashing it: its bytes, and its
 * components that took less than a byte each. The <i>comparison</i> of a value is the cost of
 * comparing it with an equal value. It is more than the weight if the value contains sets or maps:
 * these look up each of their elements, and compare it with all of the same hash code.
 */
final class DecodeBudget {
  /** Units that any message has: some tens of milliseconds. */
  static final long FREE = 1 << 24;

  /** Units for each byte. Honest messages need two or three. */
  static final long PER_BYTE = 16;

  /** The largest comparison that is counted: more exceeds any budget, and sums would overflow. */
  private static final long MAX_COMPARISON = 1L << 38;

  /**
   * The number of multiplications of two bytes that cost one unit: comparing decimals of different
   * scales multiplies their digits.
   */
  private static final long BYTES_MULTIPLIED = 4;

  /** Units for a comparison, besides those for the bytes: for the memory access and the call. */
  private static final int COMPARING = 16;

  /** Units for making an object, besides its components. */
  private static final int OBJECT = 8;

  private final Decoder from;
  private final long size;
  private final long most;
  private long spent;
  private long components;
  private long comparison;

  DecodeBudget(Decoder from) {
    this.from = from;
    size = from.left();
    most = from.trusted ? Long.MAX_VALUE : FREE + PER_BYTE * size;
  }

  /** The budget of the message that a decoder reads. */
  static DecodeBudget of(Decoder from) {
    return from.types instanceof TypeReader
        ? ((TypeReader) from.types).budget
        : new DecodeBudget(from); // no container was read yet, so none can be costly
  }

  /** Bytes of the message from the first value of an extended type on. */
  long size() {
    return size;
  }

  /** Bytes since the first value of an extended type. */
  long consumed() {
    return size - from.left();
  }

  /**
   * Takes units from the budget.
   *
   * @throws IllegalArgumentException when fewer units are left
   */
  void spend(long units) {
    if (units < 0 || (spent += units) > most) {
      throw new IllegalArgumentException(
          "values in "
              + size
              + " bytes that take too long to read: too many objects of few bits, or keys of sets"
              + " and maps with the same hash code");
    }
  }

  /** Notes that an object with the given number of components is about to be made. */
  void objects(long count, int width) {
    spend(count * (OBJECT + width));
    components += count * width;
  }

  /** The weight of all values so far. */
  long weight() {
    return consumed() + components;
  }

  /** What comparing all values so far costs beyond their weight. */
  long comparison() {
    return comparison;
  }

  /**
   * A key or an element was put into a hash table.
   *
   * @param key the key or element
   * @param compared the number of others that it was compared with
   * @param weightBefore the {@link #weight} before it was read
   * @param comparisonBefore the {@link #comparison} before it was read
   */
  void hashed(Object key, long compared, long weightBefore, long comparisonBefore) {
    long weight = weight() - weightBefore;
    long each = weight + comparison - comparisonBefore;
    if (key instanceof BigDecimal) {
      each = Math.max(each, decimal((BigDecimal) key));
    }
    each = Math.min(each, MAX_COMPARISON);
    spend(2 * weight + compared * (COMPARING + each)); // this class computes the hash code, too
    // in an equal table it is looked up, and compared with those before and after it
    comparison = Math.min(comparison + weight + 2 * compared * (COMPARING + each), MAX_COMPARISON);
  }

  /** The cost of comparing a decimal by its order, which multiplies it by a power of ten. */
  static long decimal(BigDecimal number) {
    long bytes = number.unscaledValue().bitLength() / Byte.SIZE + 1L;
    return bytes * (1 + bytes / BYTES_MULTIPLIED);
  }
}
