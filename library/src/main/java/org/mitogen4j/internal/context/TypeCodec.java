package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * The codec of types that the kernel does not know. Its implementation is sent when first needed.
 */
public interface TypeCodec {
  /**
   * Writes a value with a tag of {@link Encoder#EXTENDED} or more.
   *
   * @throws IllegalArgumentException when the value can't be sent; the message says why
   */
  void write(Encoder to, Object value);

  /** Reads the value behind a tag. */
  Object read(Decoder from, int tag);
}
