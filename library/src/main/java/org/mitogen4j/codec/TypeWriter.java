package org.mitogen4j.codec;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.mitogen4j.context.Functions;
import org.mitogen4j.context.Needs;
import org.mitogen4j.kernel.Encoder;

/**
 * Writes enums, records and plain objects into one message: a type's name and components once, then
 * its number.
 *
 * <p>Of each object first come bits, one for each component, the first in the lowest: the value of
 * a boolean; for any other type whether it is the same as in the last object of the type. Then the
 * components that differ: integers as the difference, texts as what is new between a beginning and
 * an end, the others as values.
 */
final class TypeWriter extends Needs {
  final Types types;
  final Encoder to;
  private final Map<Class<?>, Sent> sent = new HashMap<>();
  private final Map<Class<?>, Integer> names = new HashMap<>();
  private final int lenAtFirst;
  private int next;
  private long shared;

  /** A type that this message has told of. */
  private static final class Sent {
    final int number;
    final Last last;
    final Map<Object, Integer> constants;

    Sent(int number, Last last) {
      this.number = number;
      this.last = last;
      constants = last == null ? new HashMap<>() : null;
    }
  }

  private TypeWriter(Types types, Encoder to) {
    this.types = types;
    this.to = to;
    lenAtFirst = to.len;
  }

  static TypeWriter of(Types types, Encoder to) {
    if (to.types == null) {
      to.types = new TypeWriter(types, to);
    }
    return (TypeWriter) to.types;
  }

  void write(Form form, Object value) {
    if (form.isEnum()) {
      constant(form, (Enum<?>) value);
    } else if (Records.is(form.type) || !special(form, value)) {
      Sent known = sent.get(form.type);
      if (known == null) {
        known = define(form);
      } else {
        number(known.number);
      }
      row(form.shape(), known.last, value);
    }
  }

  /** Writes what travels neither as an enum nor in its components; false if it is no such. */
  private boolean special(Form form, Object value) {
    int kind = types.apiKind(form.type);
    if (kind != 0) {
      to.u8(Types.API);
      to.u8(kind);
      types.api().write(to, kind, value);
      return true;
    }
    if (to.trusted && value instanceof Serializable) {
      byte[] bytes = Serialized.write(this, value, true);
      if (bytes == null && !(value instanceof Throwable) && !form.hasShape()) {
        Serialized.write(this, value, false); // says why not
      }
      if (bytes != null) {
        to.u8(Types.SERIALIZED);
        to.bytes(bytes);
        return true;
      }
    }
    if (value instanceof Throwable) {
      to.u8(Types.API);
      to.u8(ApiCodec.FAILURE);
      to.value(Functions.describe((Throwable) value, 0));
      return true;
    }
    return false;
  }

  /** Whether values of a form go by Java serialization, so that their whole graph had better. */
  boolean serializes(Form form) {
    return form.tag == Types.OBJECT
        && !form.isEnum()
        && !Records.is(form.type)
        && Serializable.class.isAssignableFrom(form.type)
        && types.apiKind(form.type) == 0;
  }

  // ---- types

  private void number(int number) {
    if (number <= 255 - Types.OBJECT_0) {
      to.u8(Types.OBJECT_0 + number);
    } else {
      to.u8(Types.OBJECT);
      to.varint(number);
    }
  }

  /** Writes the number of a type that is new in this message, and what it is. */
  private Sent define(Form form) {
    Shape shape = form.isEnum() ? null : form.shape();
    Sent known = new Sent(next++, shape == null ? null : new Last(shape.names.length));
    sent.put(form.type, known);
    object(form.type);
    number(known.number);
    to.text(form.type.getName());
    if (shape == null) {
      to.u8(TypeReader.ENUM);
    } else {
      to.u8(shape.record ? Shape.RECORD : Shape.PLAIN);
      to.varint(shape.names.length);
      for (int i = 0; i < shape.names.length; i++) {
        to.text(shape.names[i]);
        to.u8(shape.codes[i]);
      }
    }
    return known;
  }

  /** Writes which class the elements of an array are of. */
  void elements(Class<?> type) {
    Integer number = names.get(type);
    if (number != null) {
      to.varint(number);
      return;
    }
    if (!to.trusted && !Allowed.isSendable(type)) {
      Form.of(type).shape(); // says why not
      throw new IllegalArgumentException("an array of " + type.getName() + " can't be sent");
    }
    to.varint(next);
    names.put(type, next++);
    object(type);
    to.text(type.getName());
    to.u8(TypeReader.NAME);
  }

  private void constant(Form form, Enum<?> value) {
    Sent known = sent.get(form.type);
    if (known == null) {
      known = define(form);
    } else {
      number(known.number);
    }
    Integer number = known.constants.get(value);
    if (number == null) {
      number = known.constants.size();
      known.constants.put(value, number);
      to.varint(number);
      to.text(value.name());
    } else {
      to.varint(number);
    }
  }

  // ---- objects

  private void row(Shape shape, Last last, Object value) {
    int bits = to.len;
    for (int i = 0; i < shape.names.length; i += 8) {
      to.u8(0);
    }
    for (int i = 0; i < shape.names.length; i++) {
      boolean bit;
      try {
        bit = component(shape.fields[i], shape.codes[i], last, i, value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "in " + shape.names[i] + " of " + shape.type.getName() + ": " + e.getMessage(), e);
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException(e.toString(), e);
      }
      if (bit) {
        to.buf[bits + (i >> 3)] |= (byte) (1 << (i & 7));
      }
    }
  }

  /** Writes a component; the result is its bit. */
  private boolean component(Field field, char code, Last last, int i, Object of)
      throws IllegalAccessException {
    switch (code) {
      case 'Z':
        return field.getBoolean(of);
      case Shape.TEXT:
        return text((String) field.get(of), last, i);
      case Shape.VALUE:
        Object v = field.get(of);
        boolean same =
            Last.keeps(v) && (v == null ? last.values[i] == null : v.equals(last.values[i]));
        if (!same) {
          to.value(v);
          if (Last.keeps(v)) {
            last.values[i] = v;
          }
        }
        return same;
      case 'F':
        int f = Float.floatToRawIntBits(field.getFloat(of));
        if (f != last.numbers[i]) {
          Scalars.writeFloat(to, Float.intBitsToFloat(f));
        }
        return same(last, i, f);
      case 'D':
        long d = Double.doubleToRawLongBits(field.getDouble(of));
        if (d != last.numbers[i]) {
          to.i64(d);
        }
        return same(last, i, d);
      default:
        long n = code == 'C' ? field.getChar(of) : field.getLong(of);
        if (n != last.numbers[i]) {
          to.zigzag(n - last.numbers[i]);
        }
        return same(last, i, n);
    }
  }

  private static boolean same(Last last, int i, long number) {
    boolean same = last.numbers[i] == number;
    last.numbers[i] = number;
    return same;
  }

  private boolean text(String s, Last last, int i) {
    Object before = last.values[i];
    if (s == null ? before == null : s.equals(before)) {
      return true;
    }
    byte[] old = last.utf8[i];
    last.values[i] = s;
    last.utf8[i] = null;
    if (s == null) {
      to.varint(Last.TEXT_NULL);
    } else if (!Scalars.isWellFormed(s)) {
      to.varint(Last.TEXT_CHARACTERS);
      to.bytes(PrimitiveArrays.bytes(s.toCharArray()));
    } else {
      byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
      last.utf8[i] = utf8;
      difference(old == null ? Last.NONE : old, utf8);
    }
    return false;
  }

  private void difference(byte[] old, byte[] utf8) {
    int most = Math.min(Math.min(old.length, utf8.length), Last.MAX_SHARED);
    int begin = 0;
    while (begin < most && old[begin] == utf8[begin]) {
      begin++;
    }
    most = Math.min(Math.min(old.length, utf8.length) - begin, Last.MAX_SHARED);
    int end = 0;
    while (end < most && old[old.length - 1 - end] == utf8[utf8.length - 1 - end]) {
      end++;
    }
    if (begin + end < 2 || !Last.mayShare(shared + begin + end, to.len - lenAtFirst)) {
      to.varint((long) utf8.length << 2 | Last.TEXT_WHOLE);
      to.raw(utf8, 0, utf8.length);
    } else {
      int length = utf8.length - begin - end;
      shared += begin + end;
      to.varint((long) length << 2 | Last.TEXT_SHARED);
      // one byte for a beginning of up to 15 and an end of up to 7
      to.varint((begin >> 4) << 10 | (end >> 3) << 7 | (end & 7) << 4 | begin & 15);
      to.raw(utf8, begin, length);
    }
  }
}
