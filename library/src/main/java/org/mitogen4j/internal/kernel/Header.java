package org.mitogen4j.internal.kernel;

/**
 * The frame header, big endian:
 *
 * <pre>
 *  0 int   length of the payload, 0 to {@link #MAX_PAYLOAD}
 *  4 byte  flags
 *  5 int   destination context
 *  9 int   source context
 * 13 int   authority: the context in whose name it acts
 * 17 long  handle in the destination
 * 25 long  handle in the source that a reply goes to, 0 for none
 * 33       payload
 * </pre>
 */
public final class Header {
  private Header() {}

  public static final int SIZE = 33;
  public static final int MAX_PAYLOAD = 1 << 16;

  /** More pieces of this message follow. */
  public static final int MORE = 1;

  /** May be overtaken by frames without this flag, never by others that have it. */
  public static final int BULK = 2;

  /** The payload is the UTF-8 reason why there is no answer and never will be. */
  public static final int DEAD = 4;

  /** First piece of a cut message: the payload is an int, the size of the whole. */
  public static final int FIRST = 8;

  public static void put(
      byte[] b, int length, int flags, int dst, int src, int auth, long handle, long replyTo) {
    putInt(b, 0, length);
    b[4] = (byte) flags;
    putInt(b, 5, dst);
    putInt(b, 9, src);
    putInt(b, 13, auth);
    putLong(b, 17, handle);
    putLong(b, 25, replyTo);
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
