package org.mitogen4j.internal.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes values as bytes; {@link Decoder} reads them. For one thread at a time.
 *
 * <p>{@value #BORROW} bytes or more of an array are not copied: they must not change until the
 * message is sent. Where no router is given, all are copied.
 */
public final class Encoder {
  static final int NULL = 0;
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int INT = 3;
  static final int LONG = 4;
  static final int DOUBLE = 5;
  public static final int STRING = 6;
  static final int BYTES = 7;
  public static final int ARRAY = 8;

  /** The first tag of the extended codec. */
  public static final int EXTENDED = 9;

  static final int BORROW = 1 << 14;
  public static final int MAX_DEPTH = 256;

  /** The context that writes. */
  public final MessageRouter router;

  /** Whether the receiver trusts this context, so that it reads Java serialization. */
  public final boolean trusted;

  /** State of the extended codec between the values of one message. */
  public Object types;

  /** Begins with room for a header, so that header and payload of a short message are one array. */
  public byte[] buf = new byte[192];

  public int len = Header.SIZE;

  /** The arrays that are not copied, as {@link Extension#borrow} keeps them; null for none. */
  public Object borrowed;

  private int depth;

  public Encoder(MessageRouter router, boolean trusted) {
    this.router = router;
    this.trusted = trusted;
  }

  private void room(int n) {
    if (len + n > buf.length) {
      buf = Arrays.copyOf(buf, Math.max(len + n, buf.length * 2));
    }
  }

  public void u8(int v) {
    room(1);
    buf[len++] = (byte) v;
  }

  /** Seven bits a byte, the lowest first. */
  public void varint(long v) {
    room(10);
    while ((v & ~127L) != 0) {
      buf[len++] = (byte) (v | 128);
      v >>>= 7;
    }
    buf[len++] = (byte) v;
  }

  /** As varint, small for small negative numbers too. */
  public void zigzag(long v) {
    varint(v << 1 ^ v >> 63);
  }

  public void i64(long v) {
    room(8);
    Header.putLong(buf, len, v);
    len += 8;
  }

  public void raw(byte[] b, int off, int n) {
    if (n >= BORROW && router != null) {
      router.extension().borrow(this, b, off, n);
    } else {
      room(n);
      System.arraycopy(b, off, buf, len, n);
      len += n;
    }
  }

  /** A length and the bytes. */
  public void bytes(byte[] b) {
    varint(b.length);
    raw(b, 0, b.length);
  }

  /** A string without a tag. Not for text with lone surrogates. */
  public void text(String s) {
    bytes(s.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean plain(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (Character.isSurrogate(s.charAt(i))) {
        return false; // UTF-8 would lose a lone one
      }
    }
    return true;
  }

  /** Writes a value with its tag. */
  public void value(Object v) {
    if (v == null) {
      u8(NULL);
    } else if (v instanceof String && plain((String) v)) {
      u8(STRING);
      text((String) v);
    } else if (v instanceof Integer) {
      u8(INT);
      zigzag((Integer) v);
    } else if (v instanceof Long) {
      u8(LONG);
      zigzag((Long) v);
    } else if (v instanceof Boolean) {
      u8((Boolean) v ? TRUE : FALSE);
    } else if (v instanceof Double) {
      u8(DOUBLE);
      i64(Double.doubleToRawLongBits((Double) v));
    } else if (v instanceof byte[]) {
      u8(BYTES);
      bytes((byte[]) v);
    } else {
      if (++depth > MAX_DEPTH) {
        throw new IllegalArgumentException("values nested deeper than " + MAX_DEPTH);
      }
      if (v.getClass() == Object[].class) {
        u8(ARRAY);
        all((Object[]) v);
      } else {
        router.extension().write(this, v);
      }
      depth--;
    }
  }

  public void all(Object[] values) {
    varint(values.length);
    for (Object value : values) {
      value(value);
    }
  }
}
