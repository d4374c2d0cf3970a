package org.mitogen4j.internal.context.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Date;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/** Writes and reads numbers, characters, strings that UTF-8 can't carry, and Optionals. */
@SuppressWarnings("JavaUtilDate") // programs have them
final class Scalars {
  private Scalars() {}

  /** Whether UTF-8 can carry a string: each surrogate is part of a pair. */
  static boolean isWellFormed(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (Character.isSurrogate(c)
          && (!Character.isHighSurrogate(c)
              || ++i == s.length()
              || !Character.isLowSurrogate(s.charAt(i)))) {
        return false;
      }
    }
    return true;
  }

  static void write(Encoder to, int tag, Object value) {
    switch (tag) {
      case ExtendedCodec.BYTE:
        to.u8((Byte) value);
        break;
      case ExtendedCodec.SHORT:
        to.zigzag((Short) value);
        break;
      case ExtendedCodec.CHAR:
        to.varint((Character) value);
        break;
      case ExtendedCodec.FLOAT:
        writeFloat(to, (Float) value);
        break;
      case ExtendedCodec.CHARACTERS:
        to.bytes(PrimitiveArrays.bytes(((String) value).toCharArray()));
        break;
      case ExtendedCodec.BIG_INTEGER:
        to.bytes(((BigInteger) value).toByteArray());
        break;
      case ExtendedCodec.BIG_DECIMAL:
        to.zigzag(((BigDecimal) value).scale());
        to.bytes(((BigDecimal) value).unscaledValue().toByteArray());
        break;
      case ExtendedCodec.UUID:
        to.i64(((UUID) value).getMostSignificantBits());
        to.i64(((UUID) value).getLeastSignificantBits());
        break;
      case ExtendedCodec.DATE:
        to.zigzag(((Date) value).getTime());
        break;
      default:
        writeOptional(to, value);
    }
  }

  static Object read(Decoder from, int tag) {
    switch (tag) {
      case ExtendedCodec.BYTE:
        return (byte) from.u8();
      case ExtendedCodec.SHORT:
        return (short) inRange(from.zigzag(), Short.MIN_VALUE, Short.MAX_VALUE);
      case ExtendedCodec.CHAR:
        return (char) inRange(from.varint(), 0, Character.MAX_VALUE);
      case ExtendedCodec.FLOAT:
        return readFloat(from);
      case ExtendedCodec.CHARACTERS:
        return new String((char[]) PrimitiveArrays.read(from, ExtendedCodec.CHARS));
      case ExtendedCodec.BIG_INTEGER:
        return new BigInteger(from.bytes());
      case ExtendedCodec.BIG_DECIMAL:
        int scale = integer(from);
        return new BigDecimal(new BigInteger(from.bytes()), scale);
      case ExtendedCodec.UUID:
        long most = from.i64();
        return new UUID(most, from.i64());
      case ExtendedCodec.DATE:
        return new Date(from.zigzag());
      default:
        return readOptional(from);
    }
  }

  static void writeFloat(Encoder to, float f) {
    int bits = Float.floatToRawIntBits(f);
    for (int shift = 24; shift >= 0; shift -= 8) {
      to.u8(bits >>> shift);
    }
  }

  static float readFloat(Decoder from) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits = bits << 8 | from.u8();
    }
    return Float.intBitsToFloat(bits);
  }

  static int integer(Decoder from) {
    return (int) inRange(from.zigzag(), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  static long inRange(long v, long min, long max) {
    if (v < min || v > max) {
      throw new IllegalArgumentException(v + ", must be " + min + " to " + max);
    }
    return v;
  }

  private static void writeOptional(Encoder to, Object value) {
    if (value instanceof Optional) {
      to.u8(0);
      to.value(((Optional<?>) value).orElse(null));
    } else if (value instanceof OptionalInt) {
      OptionalInt i = (OptionalInt) value;
      to.u8(1);
      to.value(i.isPresent() ? i.getAsInt() : null);
    } else if (value instanceof OptionalLong) {
      OptionalLong l = (OptionalLong) value;
      to.u8(2);
      to.value(l.isPresent() ? l.getAsLong() : null);
    } else {
      OptionalDouble d = (OptionalDouble) value;
      to.u8(3);
      to.value(d.isPresent() ? d.getAsDouble() : null);
    }
  }

  private static Object readOptional(Decoder from) {
    int kind = from.u8();
    Object v = from.value();
    switch (kind) {
      case 0:
        return Optional.ofNullable(v);
      case 1:
        return v == null ? OptionalInt.empty() : OptionalInt.of((Integer) v);
      case 2:
        return v == null ? OptionalLong.empty() : OptionalLong.of((Long) v);
      case 3:
        return v == null ? OptionalDouble.empty() : OptionalDouble.of((Double) v);
      default:
        throw new IllegalArgumentException("an Optional of an unknown kind, " + kind);
    }
  }
}
