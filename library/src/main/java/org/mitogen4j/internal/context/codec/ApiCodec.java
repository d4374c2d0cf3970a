package org.mitogen4j.internal.context.codec;

import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Writes and reads values of the API's types. {@code org.mitogen4j.ApiTypes} implements it, which
 * is loaded when such a value is met. The format is the same in both directions, so it must be safe
 * to read from a child.
 */
public interface ApiCodec {
  /** The number of an exception, which is read as data: its type, message, stack and cause. */
  int FAILURE = 1;

  /** The number of types whose values are sent to contexts below only, by Java serialization. */
  int DOWN_ONLY = -1;

  /** The number of a type of the API, 2 to 255, or {@link #DOWN_ONLY}; 0 for any other class. */
  int kind(Class<?> type);

  /** The class of a name among those that a child may send; null for any other name. */
  Class<?> find(String name);

  /** Writes what {@link #read} needs; the number is written already. */
  void write(Encoder to, int kind, Object value);

  /**
   * Reads a value, so that it works in the context that reads.
   *
   * @throws RuntimeException whatever is wrong with the bytes
   */
  Object read(Decoder from, int kind);
}
