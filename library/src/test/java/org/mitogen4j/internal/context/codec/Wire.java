package org.mitogen4j.internal.context.codec;

import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.master.Master;

/** Writes and reads values as a message would, in a context without threads or children. */
final class Wire implements AutoCloseable {
  private static final int CHILD = 7;

  private final ContextRuntime context =
      Master.create(Wire.class.getClassLoader(), 1 << 30, false, 0, 16);

  /** What is expected of a child. */
  Object expected;

  @Override
  public void close() {
    context.close();
  }

  Wire allowTypes(Class<?>... types) {
    for (Class<?> type : types) {
      TypeAllowlist.of(context.router).add(type);
    }
    return this;
  }

  /** Writes as for a parent, or another context that does not trust the writer. */
  byte[] write(Object value) {
    return write(value, false);
  }

  byte[] write(Object value, boolean trusted) {
    Encoder e = new Encoder(context.router, trusted);
    e.value(value);
    return FragmentedSend.join(e);
  }

  /** As from a child. */
  Object read(byte[] bytes) {
    return decoder(bytes, CHILD).value();
  }

  Decoder decoder(byte[] bytes, int source) {
    Decoder d = new Decoder(context.router, new Message(null, source, source, 0, 0, 0, bytes));
    d.expected = expected;
    return d;
  }

  /** From a child, to its parent. */
  @SuppressWarnings("unchecked") // the caller knows what it sends
  <T> T up(T value) {
    Decoder d = decoder(write(value), CHILD);
    Object read = d.value();
    if (d.left() != 0) {
      throw new AssertionError(d.left() + " bytes were not read");
    }
    return (T) read;
  }

  /** From a parent to its child. */
  @SuppressWarnings("unchecked") // the caller knows what it sends
  <T> T down(T value) {
    return (T) decoder(write(value, true), context.router.id).value();
  }
}
