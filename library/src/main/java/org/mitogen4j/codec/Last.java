package org.mitogen4j.codec;

/**
 * The components of the object of a type that was written or read last in a message: the next one
 * is told by how it differs, for neighbours are much alike.
 */
final class Last {
  /** How much of the last text's beginning or end can be used again. */
  static final int MAX_SHARED = 63;

  static final int TEXT_NULL = 0;
  static final int TEXT_WHOLE = 1;
  static final int TEXT_SHARED = 2;
  static final int TEXT_CHARACTERS = 3;

  static final byte[] NONE = {};

  /** Integers, and the bits of floating-point numbers. */
  final long[] numbers;

  /** Of the values those that can't change. */
  final Object[] values;

  /** What the texts among the values are in UTF-8. */
  final byte[][] utf8;

  Last(int size) {
    numbers = new long[size];
    values = new Object[size];
    utf8 = new byte[size][];
  }

  /**
   * Whether texts may share as much as this: what few bytes can stand for is bounded.
   *
   * @param shared bytes taken from earlier texts
   * @param written bytes of the message since its first type
   */
  static boolean mayShare(long shared, long written) {
    return shared <= 1024 + 4 * written;
  }

  /** Whether a value is remembered; both sides must agree. */
  static boolean keeps(Object v) {
    return v == null
        || v instanceof Enum
        || v instanceof Integer
        || v instanceof Long
        || v instanceof Boolean;
  }
}
