package org.mitogen4j.internal.context.codec;

/**
 * The components of the object of a type that was written or read last in a message: the next one
 * is told by how it differs, for neighbours are much alike.
 */
final class PreviousRow {
  /** Integers, and the bits of floating-point numbers. */
  final long[] numbers;

  /** Of the values those that can't change. */
  final Object[] values;

  /** Null for components that are no texts. */
  final TextDelta[] texts;

  PreviousRow(char[] codes) {
    numbers = new long[codes.length];
    values = new Object[codes.length];
    texts = new TextDelta[codes.length];
    for (int i = 0; i < codes.length; i++) {
      texts[i] = codes[i] == ObjectLayout.TEXT ? new TextDelta() : null;
    }
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
