package org.mitogen4j.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.kernel.Decoder;

/** Reads what {@link TypeWriter} wrote into one message. */
final class TypeReader {
  static final char ENUM = 'E';

  /** A class whose name alone matters. */
  static final char NAME = 'C';

  /** Each takes memory, however few bits it came in. */
  private static final int MAX_COMPONENTS = 1 << 24;

  private final Types types;
  final Decoder from;
  private final List<Known> table = new ArrayList<>();
  private final int leftAtFirst;
  private long components;
  private long shared;

  /** A type that this message has told of. */
  private static final class Known {
    final Class<?> type;
    final char kind;
    Shape shape;

    /** For each component as it comes, its place here. */
    int[] places;

    Last last;
    List<Object> constants;

    Known(Class<?> type, char kind) {
      this.type = type;
      this.kind = kind;
    }
  }

  private TypeReader(Types types, Decoder from) {
    this.types = types;
    this.from = from;
    leftAtFirst = from.left();
  }

  static TypeReader of(Types types, Decoder from) {
    if (from.types == null) {
      from.types = new TypeReader(types, from);
    }
    return (TypeReader) from.types;
  }

  Object read(long number) {
    Known known = known(number);
    if (known.kind == NAME) {
      throw new IllegalArgumentException("a class where an object is due");
    }
    return known.kind == ENUM ? constant(known) : row(known);
  }

  /** Which class the elements of an array are of. */
  Class<?> elements() {
    return known(from.varint()).type;
  }

  // ---- types

  private Known known(long number) {
    if (number == table.size()) {
      table.add(define());
    } else if (number < 0 || number > table.size()) {
      throw new IllegalArgumentException(
          "type " + number + " of " + table.size() + " in this message");
    }
    return table.get((int) number);
  }

  private Known define() {
    String name = from.text();
    char kind = (char) from.u8();
    Known known = new Known(types.find(from, name), kind);
    if (kind == ENUM) {
      if (!known.type.isEnum()) {
        throw changed(known.type, "is an enum there, and none here");
      }
      known.constants = new ArrayList<>();
    } else if (kind == Shape.RECORD || kind == Shape.PLAIN) {
      components(known);
    } else if (kind != NAME) {
      throw new IllegalArgumentException("a type of an unknown kind, " + (int) kind);
    }
    return known;
  }

  private void components(Known known) {
    if (known.type.isEnum() || known.type.isArray()) {
      throw changed(known.type, "is another kind of type there");
    }
    Shape shape = Form.of(known.type).shape();
    if (shape.record != (known.kind == Shape.RECORD)) {
      throw changed(known.type, "is a record on one side only");
    }
    known.shape = shape;
    known.places = new int[from.count()];
    Set<String> here = new HashSet<>(Arrays.asList(shape.names));
    for (int i = 0; i < known.places.length; i++) {
      String name = from.text();
      char code = (char) from.u8();
      int at = shape.indexOf(name);
      if (!here.remove(name)) {
        throw changed(
            known.type,
            "has '" + Allowed.printable(name) + "' there, and here only " + shape.list());
      }
      if (shape.codes[at] != code) {
        throw changed(
            known.type,
            "has '" + name + "' as " + kind(code) + " there, as " + shape.typeOf(at) + " here");
      }
      known.places[i] = at;
    }
    if (!here.isEmpty()) {
      throw changed(known.type, "has no " + here + " there, but here it has " + shape.list());
    }
    known.last = new Last(shape.names.length);
  }

  private IllegalArgumentException changed(Class<?> type, String how) {
    return new IllegalArgumentException(
        type.getName()
            + " is not the same in "
            + types.name()
            + " (here) and where it comes from (there): it "
            + how
            + "; both must run the same version of the program");
  }

  private static String kind(char code) {
    switch (code) {
      case Shape.TEXT:
        return "String";
      case Shape.VALUE:
        return "another class";
      case 'Z':
        return "boolean";
      case 'B':
        return "byte";
      case 'S':
        return "short";
      case 'C':
        return "char";
      case 'I':
        return "int";
      case 'J':
        return "long";
      case 'F':
        return "float";
      case 'D':
        return "double";
      default:
        return "an unknown type";
    }
  }

  // ---- objects

  private Object constant(Known known) {
    long number = from.varint();
    if (number == known.constants.size()) {
      String name = from.text();
      Object found = null;
      for (Object constant : known.type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(name)) {
          found = constant;
        }
      }
      if (found == null) {
        throw changed(
            known.type,
            "has a constant "
                + Allowed.printable(name)
                + " there, and here only "
                + Arrays.toString(known.type.getEnumConstants()));
      }
      known.constants.add(found);
    } else if (number < 0 || number > known.constants.size()) {
      throw new IllegalArgumentException(
          "constant " + number + " of " + known.constants.size() + " in this message");
    }
    return known.constants.get((int) number);
  }

  private Object row(Known known) {
    Shape shape = known.shape;
    int n = known.places.length;
    components += n;
    if (components > MAX_COMPONENTS) {
      throw new IllegalArgumentException(
          "objects of more than " + MAX_COMPONENTS + " components in a message");
    }
    byte[] bits = new byte[(n + 7) >> 3];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) from.u8();
    }
    Object[] values = new Object[n];
    for (int i = 0; i < n; i++) {
      int at = known.places[i];
      boolean bit = (bits[i >> 3] & 1 << (i & 7)) != 0;
      values[at] = component(shape, known.last, at, bit);
    }
    try {
      return shape.build(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("can't make a " + shape.type.getName() + ": " + e, e);
    }
  }

  private Object component(Shape shape, Last last, int i, boolean bit) {
    switch (shape.codes[i]) {
      case 'Z':
        return bit;
      case Shape.TEXT:
        return bit ? last.values[i] : text(last, i);
      case Shape.VALUE:
        return bit ? last.values[i] : value(shape, last, i);
      case 'F':
        if (!bit) {
          last.numbers[i] = Float.floatToRawIntBits(Scalars.readFloat(from));
        }
        return Float.intBitsToFloat((int) last.numbers[i]);
      case 'D':
        if (!bit) {
          last.numbers[i] = from.i64();
        }
        return Double.longBitsToDouble(last.numbers[i]);
      default:
        if (!bit) {
          last.numbers[i] += from.zigzag();
        }
        return number(shape.codes[i], last.numbers[i]);
    }
  }

  private static Object number(char code, long n) {
    switch (code) {
      case 'I':
        return (int) Scalars.inRange(n, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case 'J':
        return n;
      case 'S':
        return (short) Scalars.inRange(n, Short.MIN_VALUE, Short.MAX_VALUE);
      case 'C':
        return (char) Scalars.inRange(n, 0, Character.MAX_VALUE);
      default:
        return (byte) Scalars.inRange(n, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
  }

  private Object value(Shape shape, Last last, int i) {
    Object v = from.value();
    Class<?> declared = shape.fields[i].getType();
    Object fit = v == null ? null : Fit.to(declared, v);
    if (fit == null && v != null) {
      throw new IllegalArgumentException(
          shape.names[i]
              + " of "
              + shape.type.getName()
              + " is a "
              + declared.getTypeName()
              + ", but a "
              + v.getClass().getTypeName()
              + " came");
    }
    if (Last.keeps(v)) {
      last.values[i] = v;
    }
    return fit;
  }

  private String text(Last last, int i) {
    long head = from.varint();
    byte[] old = last.utf8[i];
    last.utf8[i] = null;
    String s;
    switch ((int) head & 3) {
      case Last.TEXT_NULL:
        s = null;
        break;
      case Last.TEXT_WHOLE:
        last.utf8[i] = new byte[length(head)];
        from.read(last.utf8[i], 0, last.utf8[i].length);
        s = new String(last.utf8[i], StandardCharsets.UTF_8);
        break;
      case Last.TEXT_SHARED:
        last.utf8[i] = shared(old == null ? Last.NONE : old, length(head));
        s = new String(last.utf8[i], StandardCharsets.UTF_8);
        break;
      default:
        s = (String) Scalars.read(from, Types.CHARACTERS);
    }
    last.values[i] = s;
    return s;
  }

  private int length(long head) {
    long n = head >>> 2;
    if (n > from.left()) {
      throw new IllegalArgumentException(
          "a text of " + n + " bytes, but " + from.left() + " are left");
    }
    return (int) n;
  }

  private byte[] shared(byte[] old, int length) {
    long v = from.varint();
    int begin = (int) (v >> 10 & 3) << 4 | (int) v & 15;
    int end = (int) (v >> 7 & 7) << 3 | (int) (v >> 4 & 7);
    shared += begin + end;
    if (v >>> 12 != 0
        || begin + end > old.length
        || !Last.mayShare(shared - 1024, leftAtFirst - from.left())) {
      throw new IllegalArgumentException(
          "a text that shares " + begin + " and " + end + " bytes with one of " + old.length);
    }
    byte[] utf8 = new byte[begin + length + end];
    System.arraycopy(old, 0, utf8, 0, begin);
    from.read(utf8, begin, begin + length);
    System.arraycopy(old, old.length - end, utf8, begin + length, end);
    return utf8;
  }
}
