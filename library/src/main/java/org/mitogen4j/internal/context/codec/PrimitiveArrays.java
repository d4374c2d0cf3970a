package org.mitogen4j.internal.context.codec;

import java.nio.ByteBuffer;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/** Writes and reads arrays of primitives other than bytes: their elements, big endian. */
final class PrimitiveArrays {
  private PrimitiveArrays() {}

  static byte[] bytes(char[] a) {
    ByteBuffer b = ByteBuffer.allocate(size(a.length, 2));
    b.asCharBuffer().put(a);
    return b.array();
  }

  private static int size(int length, int each) {
    if (length > Integer.MAX_VALUE / each) {
      throw new IllegalArgumentException("an array of " + length + " elements is too large");
    }
    return length * each;
  }

  static void write(Encoder to, int tag, Object array) {
    ByteBuffer b;
    switch (tag) {
      case ExtendedCodec.BOOLEANS:
        boolean[] booleans = (boolean[]) array;
        b = ByteBuffer.allocate(booleans.length);
        for (boolean bit : booleans) {
          b.put((byte) (bit ? 1 : 0));
        }
        break;
      case ExtendedCodec.SHORTS:
        b = ByteBuffer.allocate(size(((short[]) array).length, 2));
        b.asShortBuffer().put((short[]) array);
        break;
      case ExtendedCodec.CHARS:
        b = ByteBuffer.wrap(bytes((char[]) array));
        break;
      case ExtendedCodec.INTS:
        b = ByteBuffer.allocate(size(((int[]) array).length, 4));
        b.asIntBuffer().put((int[]) array);
        break;
      case ExtendedCodec.LONGS:
        b = ByteBuffer.allocate(size(((long[]) array).length, 8));
        b.asLongBuffer().put((long[]) array);
        break;
      case ExtendedCodec.FLOATS:
        b = ByteBuffer.allocate(size(((float[]) array).length, 4));
        b.asFloatBuffer().put((float[]) array);
        break;
      default:
        b = ByteBuffer.allocate(size(((double[]) array).length, 8));
        b.asDoubleBuffer().put((double[]) array);
    }
    to.bytes(b.array());
  }

  static Object read(Decoder from, int tag) {
    byte[] bytes = from.bytes();
    ByteBuffer b = ByteBuffer.wrap(bytes);
    switch (tag) {
      case ExtendedCodec.BOOLEANS:
        boolean[] booleans = new boolean[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
          booleans[i] = bytes[i] != 0;
        }
        return booleans;
      case ExtendedCodec.SHORTS:
        short[] shorts = new short[length(bytes, 2)];
        b.asShortBuffer().get(shorts);
        return shorts;
      case ExtendedCodec.CHARS:
        char[] chars = new char[length(bytes, 2)];
        b.asCharBuffer().get(chars);
        return chars;
      case ExtendedCodec.INTS:
        int[] ints = new int[length(bytes, 4)];
        b.asIntBuffer().get(ints);
        return ints;
      case ExtendedCodec.LONGS:
        long[] longs = new long[length(bytes, 8)];
        b.asLongBuffer().get(longs);
        return longs;
      case ExtendedCodec.FLOATS:
        float[] floats = new float[length(bytes, 4)];
        b.asFloatBuffer().get(floats);
        return floats;
      default:
        double[] doubles = new double[length(bytes, 8)];
        b.asDoubleBuffer().get(doubles);
        return doubles;
    }
  }

  private static int length(byte[] bytes, int each) {
    if (bytes.length % each != 0) {
      throw new IllegalArgumentException(
          "an array of elements of " + each + " bytes, in " + bytes.length);
    }
    return bytes.length / each;
  }
}
