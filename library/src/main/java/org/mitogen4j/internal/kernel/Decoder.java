package org.mitogen4j.internal.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link Encoder} wrote. The bytes are not trusted: each length is compared with the
 * bytes that are left before memory is allocated for it. For one thread at a time.
 *
 * <p>Malformed bytes are an {@link IllegalArgumentException}.
 */
public final class Decoder {
  /** The most bytes of memory that the values of a message may take beyond the message's bytes. */
  private static final long MAX_MEMORY = Runtime.getRuntime().maxMemory() / 4;

  /** Bytes of memory for a value: a small object, and a reference to it. */
  private static final int OBJECT = 40;

  private static final int REFERENCE = 8;

  /** The context that reads. */
  public final MessageRouter router;

  /** Whether a parent wrote it. */
  public final boolean trusted;

  /**
   * The types that may come beyond the closed list: a Type, or a Supplier of one; null for none.
   */
  public Object expected;

  /** State of the extended codec between the values of one message. */
  public Object types;

  private final byte[][] pieces;
  private int piece;
  private byte[] buf;
  private int pos;
  private int left;
  private int depth;
  private long memory;

  public Decoder(MessageRouter router, Message message) {
    this.router = router;
    trusted = router != null && router.isParent(message.auth);
    pieces = message.pieces;
    buf = pieces.length == 0 ? Message.EMPTY : pieces[0];
    left = message.size;
  }

  /** Bytes not yet read. */
  public int left() {
    return left;
  }

  private byte next() {
    turn();
    return buf[pos++];
  }

  /** Goes to the next piece that has bytes, if the current one has none left. */
  private void turn() {
    while (pos == buf.length) {
      buf = pieces[++piece];
      pos = 0;
    }
  }

  public int u8() {
    if (left-- == 0) {
      throw new IllegalArgumentException("the value is cut off");
    }
    return next() & 255;
  }

  public long varint() {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = u8();
      v |= (long) (b & 127) << shift;
      if (b < 128) {
        return v;
      }
    }
    throw new IllegalArgumentException("a number over ten bytes");
  }

  public long zigzag() {
    long v = varint();
    return v >>> 1 ^ -(v & 1);
  }

  public long i64() {
    long v = 0;
    for (int i = 0; i < 8; i++) {
      v = v << 8 | u8();
    }
    return v;
  }

  /**
   * Counts bytes of memory that a value is about to take beyond its bytes in the message. Throws
   * when the values of the message take more than a quarter of the heap.
   */
  public void takeMemory(long bytes) {
    if ((memory += bytes) > MAX_MEMORY) {
      throw new IllegalArgumentException("values over " + MAX_MEMORY + " bytes");
    }
  }

  /** Reads a number of elements, each of which takes at least one byte of the message. */
  public int count() {
    int n = length();
    takeMemory((long) n * REFERENCE);
    return n;
  }

  private int length() {
    long n = varint();
    if (n < 0 || n > left) {
      throw new IllegalArgumentException(n + " bytes or elements, but " + left + " left");
    }
    return (int) n;
  }

  public byte[] bytes() {
    int n = length();
    if (pos == buf.length && n > 0 && n == pieces[piece + 1].length) {
      left -= pos = n;
      return buf = pieces[++piece]; // a long array came as a piece of its own: it is not copied
    }
    return take(new byte[n]);
  }

  private byte[] take(byte[] b) {
    read(b, 0, b.length);
    return b;
  }

  /** Reads bytes into an array from {@code i} up to {@code end}; they must be {@link #left}. */
  public void read(byte[] b, int i, int end) {
    left -= end - i;
    while (i < end) {
      b[i++] = next();
      int k = Math.min(end - i, buf.length - pos);
      System.arraycopy(buf, pos, b, i, k);
      pos += k;
      i += k;
    }
  }

  /** The next bytes without a copy: at most {@code most}, and none behind the current piece. */
  public ByteBuffer some(int most) {
    turn();
    ByteBuffer some = ByteBuffer.wrap(buf, pos, Math.min(most, buf.length - pos));
    pos += some.remaining();
    left -= some.remaining();
    return some;
  }

  /** All that is left. */
  public byte[] rest() {
    return take(new byte[left]);
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  public Object[] all() {
    Object[] a = new Object[count()];
    for (int i = 0; i < a.length; i++) {
      a[i] = value();
    }
    return a;
  }

  public Object value() {
    int tag = u8();
    takeMemory(OBJECT);
    switch (tag) {
      case Encoder.NULL:
        return null;
      case Encoder.TRUE:
        return true;
      case Encoder.FALSE:
        return false;
      case Encoder.INT:
        return (int) zigzag();
      case Encoder.LONG:
        return zigzag();
      case Encoder.DOUBLE:
        return Double.longBitsToDouble(i64());
      case Encoder.STRING:
        return text();
      case Encoder.BYTES:
        return bytes();
      default:
        if (++depth > Encoder.MAX_DEPTH) {
          throw new IllegalArgumentException("values nested deeper than " + Encoder.MAX_DEPTH);
        }
        Object v = tag == Encoder.ARRAY ? all() : router.extension().read(this, tag);
        depth--;
        return v;
    }
  }
}
