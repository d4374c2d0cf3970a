package org.mitogen4j.internal.kernel;

/**
 * The header of a frame: big endian, {@link #SIZE} bytes. The length of the payload comes first, an
 * int of 0 to {@link #MAX_PAYLOAD}; the other fields begin at the offsets that are given here.
 */
public final class Header {
  private Header() {}

  public static final int SIZE = 33;
  public static final int MAX_PAYLOAD = 1 << 16;

  /** A byte: {@link #MORE}, {@link #BULK}, {@link #DEAD}, {@link #FIRST}. */
  public static final int FLAGS = 4;

  /** An int: the id of the context that the frame goes to. */
  public static final int DST = 5;

  /** An int: the id of the context that sent the frame. */
  public static final int SRC = 9;

  /** An int: the context that the message acts for, which its rights depend on. */
  public static final int AUTH = 13;

  /** A long: the handle in the destination. */
  public static final int HANDLE = 17;

  /** A long: the handle in the source that a reply goes to; 0 for none. */
  public static final int REPLY_TO = 25;

  /** More pieces of this message follow. */
  public static final int MORE = 1;

  /** The frame may be overtaken by frames without this flag, but not by others with it. */
  public static final int BULK = 2;

  /** The payload is an {@link EndCause}: why there is no answer or item, and never will be. */
  public static final int DEAD = 4;

  /** First piece of a long message: the payload has the sizes of its segments, an int each. */
  public static final int FIRST = 8;

  public static void put(
      byte[] b, int length, int flags, int dst, int src, int auth, long handle, long replyTo) {
    putInt(b, 0, length);
    b[FLAGS] = (byte) flags;
    putInt(b, DST, dst);
    putInt(b, SRC, src);
    putInt(b, AUTH, auth);
    putLong(b, HANDLE, handle);
    putLong(b, REPLY_TO, replyTo);
  }

  public static void putInt(byte[] b, int at, int v) {
    b[at] = (byte) (v >> 24);
    b[at + 1] = (byte) (v >> 16);
    b[at + 2] = (byte) (v >> 8);
    b[at + 3] = (byte) v;
  }

  static void putLong(byte[] b, int at, long v) {
    putInt(b, at, (int) (v >> 32));
    putInt(b, at + 4, (int) v);
  }

  public static int getInt(byte[] b, int at) {
    return b[at] << 24 | (b[at + 1] & 255) << 16 | (b[at + 2] & 255) << 8 | b[at + 3] & 255;
  }

  public static long getLong(byte[] b, int at) {
    return (long) getInt(b, at) << 32 | getInt(b, at + 4) & 0xffffffffL;
  }
}
