package org.mitogen4j.internal.context.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * The previous text of a component, on the writing or the reading side. The next text is written as
 * its new bytes between a beginning and an end that it shares with the previous one.
 *
 * <p>The format: a varint, whose lowest two bits are one of the constants here, and whose other
 * bits are the number of new bytes. Then, if bytes are shared, a varint: bits 0 to 3 and 10, 11 are
 * the length of the beginning, bits 4 to 9 that of the end. Then the new bytes.
 */
final class TextDelta {
  private static final int NULL = 0;
  private static final int WHOLE = 1;
  private static final int SHARED = 2;

  /** A text that is not well-formed UTF-16, so that UTF-8 can't carry it. */
  private static final int CHARACTERS = 3;

  private static final int MAX_SHARED = 63;

  /** Longer texts share nothing: the encoder may borrow their bytes, and they are rare. */
  private static final int MAX_KEPT = 1 << 10;

  private static final byte[] NONE = {};

  /** Bytes that may be shared in a message in any case, see {@link #mayShare}. */
  private static final int FREE = 1024;

  private String last;

  /** {@link #last} in UTF-8; empty for null and for {@link #CHARACTERS}. */
  private byte[] utf8 = new byte[0];

  private int length;

  /** Whether there may be a question mark: UTF-8 has one in place of a char that it can't carry. */
  private boolean question;

  /**
   * Whether more bytes may be shared: the text that a few bytes of a message can stand for is
   * bounded.
   *
   * @param shared bytes taken from earlier texts
   * @param written bytes of the message since its first type
   */
  private static boolean mayShare(long shared, long written) {
    return shared <= FREE + 4 * written;
  }

  /** The text that was read last. */
  String last() {
    return last;
  }

  // ---- writing

  /** Writes a text; writes nothing, and the result is true, when it is the same as the last. */
  boolean write(ObjectWriter writer, String s) {
    if (s == null ? last == null : s.equals(last)) {
      return true;
    }
    if (s == null) {
      writer.to.varint(NULL);
      keep(null, NONE);
      return false;
    }
    byte[] old = utf8;
    byte[] now = s.getBytes(StandardCharsets.UTF_8);
    int most = Math.min(old.length, now.length);
    int begin = 0;
    while (begin < most && old[begin] == now[begin]) {
      begin++;
    }
    begin = Math.min(begin, MAX_SHARED);
    most = Math.min(most - begin, MAX_SHARED);
    int end = 0;
    while (end < most && old[old.length - 1 - end] == now[now.length - 1 - end]) {
      end++;
    }
    for (int i = begin; i < now.length - end; i++) {
      question |= now[i] == '?';
    }
    if (question && !Scalars.isWellFormed(s)) {
      writer.to.varint(CHARACTERS);
      writer.to.bytes(PrimitiveArrays.bytes(s.toCharArray()));
      keep(s, NONE);
      return false;
    }
    write(writer, now, begin, end);
    keep(s, now.length <= MAX_KEPT ? now : NONE);
    return false;
  }

  private void keep(String s, byte[] bytes) {
    last = s;
    utf8 = bytes;
  }

  private static void write(ObjectWriter writer, byte[] utf8, int begin, int end) {
    Encoder to = writer.to;
    int shared = begin + end;
    if (shared < 2 || !mayShare(writer.shared + shared, writer.written())) {
      to.varint((long) utf8.length << 2 | WHOLE);
      to.raw(utf8, 0, utf8.length);
    } else {
      writer.shared += shared;
      to.varint((long) (utf8.length - shared) << 2 | SHARED);
      // one byte for a beginning of up to 15 and an end of up to 7
      to.varint((begin >> 4) << 10 | (end >> 3) << 7 | (end & 7) << 4 | begin & 15);
      to.raw(utf8, begin, utf8.length - shared);
    }
  }

  // ---- reading

  /** Reads a text that is not the same as the last. */
  String read(ObjectReader reader) {
    Decoder from = reader.from;
    long head = from.varint();
    int kind = (int) head & 3;
    if (kind == NULL || kind == CHARACTERS) {
      length = 0;
      last = kind == NULL ? null : (String) Scalars.read(from, ExtendedCodec.CHARACTERS);
      return last;
    }
    int begin = 0;
    int end = 0;
    if (kind == SHARED) {
      long v = from.varint();
      begin = (int) (v >> 10 & 3) << 4 | (int) v & 15;
      end = (int) (v >> 7 & 7) << 3 | (int) (v >> 4 & 7);
      reader.shared += begin + end;
      if (v >>> 12 != 0
          || begin + end > length
          || !mayShare(reader.shared - FREE, reader.consumed())) {
        throw new IllegalArgumentException(
            "a text that shares " + begin + " and " + end + " bytes with one of " + length);
      }
    }
    long fresh = head >>> 2;
    if (fresh > from.left()) {
      throw new IllegalArgumentException(
          "a text of " + fresh + " bytes, but " + from.left() + " are left");
    }
    int n = begin + (int) fresh + end;
    if (utf8.length < n) {
      utf8 = Arrays.copyOf(utf8, Math.max(n, Math.min(2 * n, n + 64)));
    }
    System.arraycopy(utf8, length - end, utf8, n - end, end);
    from.read(utf8, begin, n - end);
    length = n;
    last = new String(utf8, 0, n, StandardCharsets.UTF_8);
    return last;
  }
}
