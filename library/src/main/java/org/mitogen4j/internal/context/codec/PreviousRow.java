package org.mitogen4j.internal.context.codec;

/**
 * The components of the previous object of a type in a message. The next object is written as its
 * difference to this one, since neighbours are often similar.
 */
final class PreviousRow {
  /** Integers, and the bits of floating-point numbers. */
  final long[] numbers;

  /** The values of immutable types. */
  final Object[] values;

  /** The texts; null for other components. */
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
