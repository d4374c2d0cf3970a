package org.mitogen4j.internal.context;

import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/** Values beyond the few that the kernel knows. Its implementation travels when first needed. */
public interface TypeCodec {
  /** Writes a value with a tag of {@link Encoder#EXTENDED} or more, or says why it can't. */
  void write(Encoder to, Object value);

  /** Reads the value behind a tag. */
  Object read(Decoder from, int tag);
}
