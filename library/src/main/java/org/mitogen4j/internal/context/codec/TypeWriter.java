package org.mitogen4j.internal.context.codec;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.context.functions.RequiredClasses;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Writes enums, records and plain objects into one message. The name and components of a type are
 * written once, then only its number. {@link ObjectWriter} writes the values of the components.
 */
final class TypeWriter extends RequiredClasses {
  final ExtendedCodec types;
  final Encoder to;
  private final Map<Class<?>, TypeEntry> sent = new HashMap<>();
  private final Map<Class<?>, Integer> names = new HashMap<>();
  private final ObjectWriter rows;
  private int next;

  /** A type that this message has described. */
  private static final class TypeEntry {
    final int number;
    final PreviousRow last;
    final Map<Object, Integer> constants;

    TypeEntry(int number, PreviousRow last) {
      this.number = number;
      this.last = last;
      constants = last == null ? new HashMap<>() : null;
    }
  }

  private TypeWriter(ExtendedCodec types, Encoder to) {
    this.types = types;
    this.to = to;
    rows = new ObjectWriter(to);
  }

  static TypeWriter of(ExtendedCodec types, Encoder to) {
    if (to.types == null) {
      to.types = new TypeWriter(types, to);
    }
    return (TypeWriter) to.types;
  }

  void write(TypeInfo info, Object value) {
    if (info.isEnum) {
      constant(info, (Enum<?>) value);
    } else if (info.isRecord || !special(info, value)) {
      TypeEntry entry = sent.get(info.type);
      if (entry == null) {
        entry = define(info);
      } else {
        number(entry.number);
      }
      rows.write(info.layout(), entry.last, value);
    }
  }

  /** Writes a value that is not sent by its components; returns false if it is no such value. */
  private boolean special(TypeInfo info, Object value) {
    int kind = types.apiKind(info.type);
    if (kind == ApiCodec.DOWN_ONLY && !to.trusted) {
      throw new IllegalArgumentException(
          "a " + info.type.getName() + " can only be sent to a context below");
    }
    if (kind > 0) {
      to.u8(ExtendedCodec.API);
      to.u8(kind);
      types.api().write(to, kind, value);
      return true;
    }
    if (to.trusted && value instanceof Serializable) {
      byte[] bytes = Serialized.write(this, value, true);
      if (bytes == null && !(value instanceof Throwable) && !info.hasLayout()) {
        Serialized.write(this, value, false); // throws an exception that says why
      }
      if (bytes != null) {
        to.u8(ExtendedCodec.SERIALIZED);
        to.bytes(bytes);
        return true;
      }
    }
    if (value instanceof Throwable) {
      to.u8(ExtendedCodec.API);
      to.u8(ApiCodec.FAILURE);
      to.value(ExceptionDescription.of((Throwable) value, types.messageLimit()));
      return true;
    }
    return false;
  }

  private boolean isSpecial(TypeInfo info) {
    return Throwable.class.isAssignableFrom(info.type)
        || types.apiKind(info.type) != 0
        || (to.trusted && Serializable.class.isAssignableFrom(info.type));
  }

  /** Whether values are serialized by Java: then a container of them is serialized as a whole. */
  boolean serializes(TypeInfo info) {
    return info.tag == ExtendedCodec.OBJECT
        && !info.isEnum
        && !info.isRecord
        && Serializable.class.isAssignableFrom(info.type)
        && types.apiKind(info.type) <= 0;
  }

  // ---- types

  private void number(int number) {
    if (number <= 255 - ExtendedCodec.OBJECT_0) {
      to.u8(ExtendedCodec.OBJECT_0 + number);
    } else {
      to.u8(ExtendedCodec.OBJECT);
      to.varint(number);
    }
  }

  /** Writes the number of a type that is new in this message, and what it is. */
  private TypeEntry define(TypeInfo info) {
    ObjectLayout layout = info.isEnum ? null : info.layout();
    TypeEntry entry = new TypeEntry(next++, layout == null ? null : new PreviousRow(layout.codes));
    sent.put(info.type, entry);
    object(info.type);
    number(entry.number);
    to.text(info.type.getName());
    if (layout == null) {
      to.u8(TypeReader.ENUM);
    } else {
      to.u8(layout.record ? ObjectLayout.RECORD : ObjectLayout.PLAIN);
      to.varint(layout.names.length);
      for (int i = 0; i < layout.names.length; i++) {
        to.text(layout.names[i]);
        to.u8(layout.codes[i]);
      }
    }
    return entry;
  }

  /** Writes which class the elements of an array are of. */
  void elements(Class<?> type) {
    Integer number = names.get(type);
    if (number != null) {
      to.varint(number);
      return;
    }
    if (!to.trusted && !TypeAllowlist.isSendable(type)) {
      TypeInfo.of(type).layout(); // says why not
      throw new IllegalArgumentException("an array of " + type.getName() + " can't be sent");
    }
    to.varint(next);
    names.put(type, next++);
    object(type);
    to.text(type.getName());
    to.u8(TypeReader.NAME);
  }

  private void constant(TypeInfo info, Enum<?> value) {
    TypeEntry entry = sent.get(info.type);
    if (entry == null) {
      entry = define(info);
    } else {
      number(entry.number);
    }
    Integer number = entry.constants.get(value);
    if (number == null) {
      number = entry.constants.size();
      entry.constants.put(value, number);
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
    TypeInfo info = TypeInfo.of(type);
    if (info.tag != ExtendedCodec.OBJECT || info.isEnum || (!info.isRecord && isSpecial(info))) {
      return false;
    }
    for (Object element : elements) {
      if (element == null || element.getClass() != type) {
        return false;
      }
    }
    ObjectLayout layout = info.layout();
    if (layout.names.length == 0) {
      return false; // each must take a byte at least
    }
    to.u8(ExtendedCodec.LIST_OF);
    TypeEntry entry = sent.get(info.type);
    if (entry == null) {
      entry = define(info);
    } else {
      number(entry.number);
    }
    to.varint(elements.length);
    rows.writeAll(layout, entry.last, elements);
    return true;
  }
}
