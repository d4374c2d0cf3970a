package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.kernel.Encoder;

/** Long arrays that are part of an encoded value, but were not copied into its {@link Encoder}. */
final class BorrowedArrays {
  /** A part of an array, and where in {@link Encoder#buf} it belongs. */
  static final class Part {
    final byte[] array;
    final int offset;
    final int length;

    /** The value's bytes in the encoder from here on follow the part. */
    final int at;

    Part(byte[] array, int offset, int length, int at) {
      this.array = array;
      this.offset = offset;
      this.length = length;
      this.at = at;
    }
  }

  private static final BorrowedArrays NONE = new BorrowedArrays();

  /** The parts, in their order in the value. */
  final List<Part> parts = new ArrayList<>(1);

  private BorrowedArrays() {}

  /** The borrowed arrays of a value; must not be changed. */
  static BorrowedArrays of(Encoder e) {
    return e.borrowed == null ? NONE : (BorrowedArrays) e.borrowed;
  }

  /** Adds a part that belongs behind what the encoder has by now. */
  static void add(Encoder e, byte[] array, int offset, int length) {
    if (e.borrowed == null) {
      e.borrowed = new BorrowedArrays();
    }
    of(e).parts.add(new Part(array, offset, length, e.len));
  }
}
