package org.mitogen4j.internal.context.codec;

import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * How the types of the API travel. {@code org.mitogen4j.ApiTypes} implements it; it is loaded when
 * one of them is met. Both directions use the same form: it must be safe to read from a child.
 */
public interface ApiCodec {
  /** What an exception is read as: its type, message, stack and cause are data. */
  int FAILURE = 1;

  /** For values that go to contexts below only, by Java serialization. */
  int DOWN_ONLY = -1;

  /**
   * The number under which values of a class travel, 2 to 255, or {@link #DOWN_ONLY}; 0 for a class
   * that is no such.
   */
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
