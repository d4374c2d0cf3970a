package org.mitogen4j.codec;

import java.io.Serializable;
import java.lang.reflect.Field;
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

  /** For {@link Text}: bytes taken from earlier texts. */
  long shared;

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

  /** Bytes since the first type. */
  long written() {
    return (long) to.len - lenAtFirst;
  }

  void write(Form form, Object value) {
    if (form.isEnum) {
      constant(form, (Enum<?>) value);
    } else if (form.isRecord || !special(form, value)) {
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

  private boolean isSpecial(Form form) {
    return Throwable.class.isAssignableFrom(form.type)
        || types.apiKind(form.type) != 0
        || (to.trusted && Serializable.class.isAssignableFrom(form.type));
  }

  /** Whether values of a form go by Java serialization, so that their whole graph had better. */
  boolean serializes(Form form) {
    return form.tag == Types.OBJECT
        && !form.isEnum
        && !form.isRecord
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
    Shape shape = form.isEnum ? null : form.shape();
    Sent known = new Sent(next++, shape == null ? null : new Last(shape.codes));
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

  /** Writes a list whose elements are objects of one type; false if they are not. */
  boolean list(Object[] elements) {
    if (elements.length == 0 || elements[0] == null) {
      return false;
    }
    Class<?> type = elements[0].getClass();
    Form form = Form.of(type);
    if (form.tag != Types.OBJECT || form.isEnum || (!form.isRecord && isSpecial(form))) {
      return false;
    }
    for (Object element : elements) {
      if (element == null || element.getClass() != type) {
        return false;
      }
    }
    Shape shape = form.shape();
    if (shape.names.length == 0) {
      return false; // each must take a byte at least
    }
    to.u8(Types.LIST_OF);
    Sent known = sent.get(form.type);
    if (known == null) {
      known = define(form);
    } else {
      number(known.number);
    }
    to.varint(elements.length);
    for (int i = 0; i < shape.names.length; i++) {
      column(shape, known.last, i, elements);
    }
    return true;
  }

  /** Writes a component of many objects, its bits first. */
  private void column(Shape shape, Last last, int i, Object[] objects) {
    int at = bits(objects.length);
    Field field = shape.fields[i];
    try {
      switch (shape.codes[i]) {
        case 'Z':
          for (int k = 0; k < objects.length; k++) {
            if (field.getBoolean(objects[k])) {
              set(at, k);
            }
          }
          break;
        case 'I':
        case 'J':
          integers(field, last, i, objects, at);
          break;
        case Shape.TEXT:
          Text text = last.texts[i];
          for (int k = 0; k < objects.length; k++) {
            if (text.write(this, (String) field.get(objects[k]))) {
              set(at, k);
            }
          }
          break;
        default:
          for (int k = 0; k < objects.length; k++) {
            if (component(field, shape.codes[i], last, i, objects[k])) {
              set(at, k);
            }
          }
      }
    } catch (IllegalArgumentException | IllegalAccessException e) {
      throw notSendable(shape, i, e);
    }
  }

  /** Makes room for bits, and says where. */
  private int bits(int n) {
    int at = to.len;
    for (int k = 0; k < n; k += 8) {
      to.u8(0);
    }
    return at;
  }

  private void set(int at, int k) {
    to.buf[at + (k >> 3)] |= (byte) (1 << (k & 7));
  }

  private void integers(Field field, Last last, int i, Object[] objects, int at)
      throws IllegalAccessException {
    long before = last.numbers[i];
    for (int k = 0; k < objects.length; k++) {
      long n = field.getLong(objects[k]);
      if (n == before) {
        set(at, k);
      } else {
        to.zigzag(n - before);
        before = n;
      }
    }
    last.numbers[i] = before;
  }

  private static IllegalArgumentException notSendable(Shape shape, int i, Exception e) {
    return new IllegalArgumentException(
        "in " + shape.names[i] + " of " + shape.type.getName() + ": " + e.getMessage(), e);
  }

  private void row(Shape shape, Last last, Object value) {
    int at = bits(shape.names.length);
    for (int i = 0; i < shape.names.length; i++) {
      try {
        if (component(shape.fields[i], shape.codes[i], last, i, value)) {
          set(at, i);
        }
      } catch (IllegalArgumentException | IllegalAccessException e) {
        throw notSendable(shape, i, e);
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
        return last.texts[i].write(this, (String) field.get(of));
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
}
