package org.mitogen4j.internal.context.codec;

import java.math.BigDecimal;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * Bounds the time that it takes to read one message that no parent wrote, so that it grows with the
 * message's bytes alone. It is spent while the message is read. One unit stands for what costs some
 * nanoseconds at most: hashing or comparing what a byte of the message became, or a component of an
 * object.
 *
 * <p>Two sums go along with it. The <i>weight</i> of a value is what hashing it costs: its bytes,
 * and the components that took less than a byte each. Its <i>comparison</i> is what comparing it
 * with one like it may cost; that is more than the weight where sets or maps are in it, for these
 * look each of their elements up, and compare it with all of the same hash code.
 */
final class DecodeBudget {
  /** Units that any message has: some tens of milliseconds. */
  static final long FREE = 1 << 24;

  /** Units for each byte. Honest messages need two or three. */
  static final long PER_BYTE = 16;

  /** Beyond it a comparison is too much for any budget, and sums of it would overflow. */
  private static final long MAX_COMPARISON = 1L << 38;

  /**
   * Products of two bytes that cost one unit: comparing decimals of different scales multiplies
   * their digits.
   */
  private static final long BYTES_MULTIPLIED = 4;

  /**
   * Units for a comparison, besides those for what is compared: the other is fetched and called.
   */
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

  /** Bytes of the message, as far as a budget is concerned. */
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
   * @param compared with how many others it was compared
   * @param weightBefore what {@link #weight} was before it was read
   * @param comparisonBefore what {@link #comparison} was then
   */
  void hashed(Object key, long compared, long weightBefore, long comparisonBefore) {
    long weight = weight() - weightBefore;
    long each = weight + comparison - comparisonBefore;
    if (key instanceof BigDecimal) {
      each = Math.max(each, decimal((BigDecimal) key));
    }
    each = Math.min(each, MAX_COMPARISON);
    spend(2 * weight + compared * (COMPARING + each)); // the hash code is asked for here, too
    // in an equal table it is looked up, and compared with those before and after it
    comparison = Math.min(comparison + weight + 2 * compared * (COMPARING + each), MAX_COMPARISON);
  }

  /** What comparing a decimal may cost by its order: it multiplies by a power of ten. */
  static long decimal(BigDecimal number) {
    long bytes = number.unscaledValue().bitLength() / Byte.SIZE + 1L;
    return bytes * (1 + bytes / BYTES_MULTIPLIED);
  }
}
