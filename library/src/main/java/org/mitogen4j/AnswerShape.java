package org.mitogen4j;

import org.mitogen4j.internal.kernel.Decoder;

/**
 * The type that the answer to a call must have. An answer is checked once, when it is read, so that
 * the caller can rely on the type of the value. An answer of another type fails the call with a
 * {@link MitogenException}, which names the context, the expected type and the type that came.
 */
interface AnswerShape {
  /**
   * The types of the program that the answer may contain.
   *
   * @return a value for {@link Decoder#expected}; null when the answer may contain none
   */
  Object expected();

  /**
   * Checks an answer, and converts it to the type that the program gets.
   *
   * @param value the answer as it was decoded
   * @param from the decoder that read it, whose budget of time and memory bounds the conversion;
   *     may be null where the shape converts nothing
   * @return the value for the program
   * @throws IllegalArgumentException when the answer has another type; the message says which
   */
  Object check(Object value, Decoder from);

  /**
   * The shape of an array that the library itself makes in the other context.
   *
   * @param reader converts the array to the value for the program
   * @param expected what the array holds, for the error message
   */
  static AnswerShape array(ArrayReader reader, String expected) {
    return new AnswerShape() {
      @Override
      public Object expected() {
        return null;
      }

      @Override
      public Object check(Object value, Decoder from) {
        Object read = value instanceof Object[] ? reader.read((Object[]) value) : null;
        if (read == null) {
          throw new IllegalArgumentException(
              expected + " should have come, but " + typeOf(value) + " came");
        }
        return read;
      }
    };
  }

  /** Converts an array that came; returns null when the array is malformed. */
  interface ArrayReader {
    Object read(Object[] values);
  }

  /** Whether the element {@code i} of an array is there, of the given type, and 0 or more. */
  static boolean isCount(Object[] values, int i, Class<?> type) {
    return i < values.length && type.isInstance(values[i]) && ((Number) values[i]).longValue() >= 0;
  }

  /** The type of a value, for error messages; of an array also the types of its first elements. */
  static String typeOf(Object value) {
    if (value == null) {
      return "null";
    } else if (!(value instanceof Object[])) {
      return "a " + value.getClass().getTypeName();
    }
    Object[] elements = (Object[]) value;
    StringBuilder text = new StringBuilder("an array of " + elements.length + " values");
    for (int i = 0; i < Math.min(elements.length, MOST_TOLD); i++) {
      text.append(i == 0 ? ": " : ", ").append(name(elements[i]));
    }
    return text.append(elements.length > MOST_TOLD ? ", ..." : "").toString();
  }

  /** The most elements of an array whose types {@link #typeOf} names. */
  int MOST_TOLD = 5;

  /** The name of a value's type without its package. */
  static String name(Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }
}
