package org.mitogen4j.internal.context.codec;

import java.lang.reflect.Field;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Writes the components of records and plain objects. First comes a bit for each component, the
 * lowest bit for the first: the value of a boolean; for any other type whether the value is the
 * same as in the previous object of the type. Then come the values that differ: integers as the
 * difference, texts as the new part between a shared beginning and a shared end, others as values.
 * In a list of objects all values of one component come together, then all of the next.
 */
final class ObjectWriter {
  final Encoder to;
  private final int lenAtFirst;

  /** For {@link TextDelta}: bytes taken from earlier texts. */
  long shared;

  ObjectWriter(Encoder to) {
    this.to = to;
    lenAtFirst = to.len;
  }

  /** Bytes since the first type. */
  long written() {
    return (long) to.len - lenAtFirst;
  }

  void write(ObjectLayout layout, PreviousRow last, Object value) {
    int at = bits(layout.names.length);
    for (int i = 0; i < layout.names.length; i++) {
      try {
        if (component(layout.fields[i], layout.codes[i], last, i, value)) {
          set(at, i);
        }
      } catch (IllegalArgumentException | IllegalAccessException e) {
        throw notSendable(layout, i, e);
      }
    }
  }

  void writeAll(ObjectLayout layout, PreviousRow last, Object[] objects) {
    for (int i = 0; i < layout.names.length; i++) {
      column(layout, last, i, objects);
    }
  }

  /** Writes a component of many objects, its bits first. */
  private void column(ObjectLayout layout, PreviousRow last, int i, Object[] objects) {
    int at = bits(objects.length);
    Field field = layout.fields[i];
    try {
      switch (layout.codes[i]) {
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
        case ObjectLayout.TEXT:
          TextDelta text = last.texts[i];
          for (int k = 0; k < objects.length; k++) {
            if (text.write(this, (String) field.get(objects[k]))) {
              set(at, k);
            }
          }
          break;
        default:
          for (int k = 0; k < objects.length; k++) {
            if (component(field, layout.codes[i], last, i, objects[k])) {
              set(at, k);
            }
          }
      }
    } catch (IllegalArgumentException | IllegalAccessException e) {
      throw notSendable(layout, i, e);
    }
  }

  /** Makes room for bits; returns the index of their first byte. */
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

  private void integers(Field field, PreviousRow last, int i, Object[] objects, int at)
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

  private static IllegalArgumentException notSendable(ObjectLayout layout, int i, Exception e) {
    return new IllegalArgumentException(
        "in " + layout.names[i] + " of " + layout.type.getName() + ": " + e.getMessage(), e);
  }

  /** Writes a component; the result is its bit. */
  private boolean component(Field field, char code, PreviousRow last, int i, Object of)
      throws IllegalAccessException {
    switch (code) {
      case 'Z':
        return field.getBoolean(of);
      case ObjectLayout.TEXT:
        return last.texts[i].write(this, (String) field.get(of));
      case ObjectLayout.VALUE:
        Object v = field.get(of);
        boolean same =
            PreviousRow.keeps(v) && (v == null ? last.values[i] == null : v.equals(last.values[i]));
        if (!same) {
          to.value(v);
          if (PreviousRow.keeps(v)) {
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

  private static boolean same(PreviousRow last, int i, long number) {
    boolean same = last.numbers[i] == number;
    last.numbers[i] = number;
    return same;
  }
}
