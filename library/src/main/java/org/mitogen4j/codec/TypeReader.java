package org.mitogen4j.codec;

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

  /** For {@link Text}: bytes taken from earlier texts. */
  long shared;

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

  /** Bytes since the first type. */
  long consumed() {
    return (long) leftAtFirst - from.left();
  }

  Object read(long number) {
    Known known = known(number);
    if (known.kind == NAME) {
      throw new IllegalArgumentException("a class where an object is due");
    }
    return known.kind == ENUM ? constant(known) : row(known);
  }

  /** Reads a list of objects of one type. */
  List<Object> list() {
    int tag = from.u8();
    Known known = known(tag == Types.OBJECT ? from.varint() : tag - Types.OBJECT_0);
    int width = known.shape == null ? 0 : known.places.length;
    if (width == 0) {
      throw new IllegalArgumentException("a list of objects without components");
    }
    int n = (int) Scalars.inRange(from.varint(), 0, MAX_COMPONENTS);
    charge((long) n * width);
    Object[][] columns = new Object[width][];
    for (int place : known.places) {
      char code = known.shape.codes[place];
      columns[place] =
          code == 'I' || code == 'J' || code == 'Z'
              ? numbers(code, known.last, place, n)
              : values(known, place, n);
    }
    List<Object> list = new ArrayList<>(n);
    Object[] row = new Object[width];
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < width; i++) {
        row[i] = columns[i][k];
      }
      list.add(build(known.shape, row));
    }
    return list;
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
    known.last = new Last(shape.codes);
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

  private Object[] numbers(char code, Last last, int i, int count) {
    byte[] bits = bits(count);
    Object[] numbers = new Object[count];
    long n = last.numbers[i];
    for (int k = 0; k < count; k++) {
      boolean bit = isSet(bits, k);
      if (code == 'Z') {
        numbers[k] = bit;
      } else {
        if (!bit) {
          n += from.zigzag();
        }
        numbers[k] = code == 'J' ? (Object) n : integer(n);
      }
    }
    last.numbers[i] = n;
    return numbers;
  }

  private static Integer integer(long n) {
    return (int) Scalars.inRange(n, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private Object[] values(Known known, int i, int count) {
    byte[] bits = bits(count);
    Object[] values = new Object[count];
    Text text = known.last.texts[i];
    for (int k = 0; k < count; k++) {
      if (text != null) {
        values[k] = isSet(bits, k) ? text.last() : text.read(this);
      } else {
        values[k] = component(known.shape, known.last, i, isSet(bits, k));
      }
    }
    return values;
  }

  private Object row(Known known) {
    int n = known.places.length;
    charge(n);
    byte[] bits = bits(n);
    Object[] values = new Object[n];
    for (int i = 0; i < n; i++) {
      int place = known.places[i];
      values[place] = component(known.shape, known.last, place, isSet(bits, i));
    }
    return build(known.shape, values);
  }

  private void charge(long n) {
    components += n;
    if (components > MAX_COMPONENTS || n > 8L * from.left()) {
      throw new IllegalArgumentException(
          "objects of "
              + n
              + " components, after "
              + components
              + ", in "
              + from.left()
              + " bytes");
    }
  }

  private byte[] bits(int n) {
    byte[] bits = new byte[(n + 7) >> 3];
    if (bits.length > from.left()) {
      throw new IllegalArgumentException("the bits of " + n + " components are cut off");
    }
    from.read(bits, 0, bits.length);
    return bits;
  }

  private static boolean isSet(byte[] bits, int i) {
    return (bits[i >> 3] & 1 << (i & 7)) != 0;
  }

  private static Object build(Shape shape, Object[] values) {
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
        return bit ? last.texts[i].last() : last.texts[i].read(this);
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
      case 'J':
        if (bit) {
          return last.numbers[i];
        }
        return last.numbers[i] += from.zigzag();
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
        return integer(n);
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
}
