package org.mitogen4j;

import org.mitogen4j.internal.kernel.Decoder;

/**
 * What an answer must be. Each is checked once, when it is read: whoever gets a value from a call
 * can rely on its type. What does not fit is the {@link MitogenException} of the call, which names
 * the context, what was expected, and the type of what came.
 */
interface AnswerShape {
  /** Which types of the program may come; null for none, else as {@link Decoder#expected}. */
  Object expected();

  /**
   * The answer as it is given to the program.
   *
   * @param from what it was read from, which has bounds for further work
   * @throws IllegalArgumentException when it is not as it must be; the message says what is wrong
   */
  Object check(Object value, Decoder from);

  /** An array that a part of the library makes; the answer is what a reader makes of it. */
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

  /** Makes something of an array; null where it is not as it must be. */
  interface ArrayReader {
    Object read(Object[] values);
  }

  /** Whether part of an array is a number of 0 or more. */
  static boolean isCount(Object[] values, int i, Class<?> type) {
    return i < values.length && type.isInstance(values[i]) && ((Number) values[i]).longValue() >= 0;
  }

  /** What a value is, for messages: its type, and of an array those of its elements. */
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

  /** Of a longer array the types of the first elements are told. */
  int MOST_TOLD = 5;

  /** The name of a value's type without its package. */
  static String name(Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }
}
