package org.mitogen4j.codec;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.mitogen4j.context.Needs;
import org.mitogen4j.context.Reflection;
import org.mitogen4j.kernel.Encoder;

/**
 * Writes enums, records and plain objects into one message: a type's name and components once, then
 * its number. {@link RowWriter} writes what the objects hold.
 */
final class TypeWriter extends Needs {
  final Types types;
  final Encoder to;
  private final Map<Class<?>, Sent> sent = new HashMap<>();
  private final Map<Class<?>, Integer> names = new HashMap<>();
  private final RowWriter rows;
  private int next;

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
    rows = new RowWriter(to);
  }

  static TypeWriter of(Types types, Encoder to) {
    if (to.types == null) {
      to.types = new TypeWriter(types, to);
    }
    return (TypeWriter) to.types;
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
      rows.write(form.shape(), known.last, value);
    }
  }

  /** Writes what travels neither as an enum nor in its components; false if it is no such. */
  private boolean special(Form form, Object value) {
    int kind = types.apiKind(form.type);
    if (kind == ApiCodec.DOWN_ONLY && !to.trusted) {
      throw new IllegalArgumentException(
          "a " + form.type.getName() + " can only be sent to a context below");
    }
    if (kind > 0) {
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
      to.value(Reflection.describe((Throwable) value, 0));
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
        && types.apiKind(form.type) <= 0;
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
    rows.writeAll(shape, known.last, elements);
    return true;
  }
}
