package org.mitogen4j.internal.context.codec;

import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.codec.TypeReader.TypeEntry;
import org.mitogen4j.internal.kernel.Decoder;

/** Reads what {@link ObjectWriter} wrote. */
final class ObjectReader {
  /**
   * Bytes of memory for a component: in its object, as an object, and in the array of its column.
   */
  private static final int COMPONENT_MEMORY = 24;

  final Decoder from;
  private final DecodeBudget budget;

  /** For {@link TextDelta}: bytes taken from earlier texts. */
  long shared;

  ObjectReader(Decoder from, DecodeBudget budget) {
    this.from = from;
    this.budget = budget;
  }

  /** Bytes since the first type. */
  long consumed() {
    return budget.consumed();
  }

  Object read(TypeEntry entry) {
    int n = entry.places.length;
    take(1, n);
    byte[] bits = bits(n);
    Object[] values = new Object[n];
    for (int i = 0; i < n; i++) {
      int place = entry.places[i];
      values[place] = component(entry.layout, entry.last, place, isSet(bits, i));
    }
    return build(entry.layout, values);
  }

  /** Reads a list of objects, with their number. */
  List<Object> readAll(TypeEntry entry) {
    int width = entry.places.length;
    int n = (int) Scalars.inRange(from.varint(), 0, (long) Byte.SIZE * from.left() / width);
    take(n, width);
    Object[][] columns = new Object[width][];
    for (int place : entry.places) {
      char code = entry.layout.codes[place];
      columns[place] =
          code == 'I' || code == 'J' || code == 'Z'
              ? numbers(code, entry.last, place, n)
              : values(entry, place, n);
    }
    List<Object> list = new ArrayList<>(n);
    Object[] row = new Object[width];
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < width; i++) {
        row[i] = columns[i][k];
      }
      list.add(build(entry.layout, row));
    }
    return list;
  }

  private Object[] numbers(char code, PreviousRow last, int i, int count) {
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

  private Object[] values(TypeEntry entry, int i, int count) {
    byte[] bits = bits(count);
    Object[] values = new Object[count];
    TextDelta text = entry.last.texts[i];
    for (int k = 0; k < count; k++) {
      if (text != null) {
        values[k] = isSet(bits, k) ? text.last() : text.read(this);
      } else {
        values[k] = component(entry.layout, entry.last, i, isSet(bits, k));
      }
    }
    return values;
  }

  /** Spends time and memory for objects that are about to be made, however few bits they take. */
  private void take(int objects, int width) {
    budget.objects(objects, width);
    from.takeMemory((long) objects * (1 + width) * COMPONENT_MEMORY);
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

  private static Object build(ObjectLayout layout, Object[] values) {
    try {
      return layout.build(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("can't make a " + layout.type.getName() + ": " + e, e);
    }
  }

  private Object component(ObjectLayout layout, PreviousRow last, int i, boolean bit) {
    switch (layout.codes[i]) {
      case 'Z':
        return bit;
      case ObjectLayout.TEXT:
        return bit ? last.texts[i].last() : last.texts[i].read(this);
      case ObjectLayout.VALUE:
        return bit ? last.values[i] : value(layout, last, i);
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
        return number(layout.codes[i], last.numbers[i]);
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

  private Object value(ObjectLayout layout, PreviousRow last, int i) {
    long weight = budget.weight();
    Object v = from.value();
    Object fit;
    try {
      fit = DeclaredType.fit(layout.types[i], v, budget, budget.weight() - weight);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          layout.names[i] + " of " + layout.type.getName() + ": " + e.getMessage(), e);
    }
    if (PreviousRow.keeps(v)) {
      last.values[i] = v;
    }
    return fit;
  }
}
