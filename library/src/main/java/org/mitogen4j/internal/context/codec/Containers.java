package org.mitogen4j.internal.context.codec;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Lists, sets, maps and arrays of objects. Whatever they were, lists come back as ArrayList, sets
 * as LinkedHashSet and maps as LinkedHashMap, in the order in which they were iterated.
 */
final class Containers {
  private static final int MAX_DIMENSIONS = 255;

  private Containers() {}

  static void write(TypeWriter writer, TypeInfo form, Object value) {
    Encoder to = writer.to;
    Object[] elements =
        form.tag == ExtendedCodec.MAP
            ? ((Map<?, ?>) value).entrySet().toArray()
            : ((Collection<?>) value).toArray();
    if (to.trusted && value instanceof Serializable && isGraph(writer, form, elements)) {
      byte[] bytes = Serialized.write(writer, value, true);
      if (bytes != null) {
        to.u8(ExtendedCodec.SERIALIZED);
        to.bytes(bytes);
        return;
      }
    }
    if (form.tag == ExtendedCodec.LIST && writer.list(elements)) {
      return;
    }
    to.u8(form.tag);
    to.varint(elements.length);
    for (Object element : elements) {
      if (form.tag == ExtendedCodec.MAP) {
        to.value(((Map.Entry<?, ?>) element).getKey());
        to.value(((Map.Entry<?, ?>) element).getValue());
      } else {
        to.value(element);
      }
    }
  }

  /** Whether Java serialization is to keep the container's type, or the graph of its elements. */
  private static boolean isGraph(TypeWriter writer, TypeInfo form, Object[] elements) {
    if (!form.common) {
      return true;
    }
    for (Object element : elements) {
      Object v = element instanceof Map.Entry ? ((Map.Entry<?, ?>) element).getValue() : element;
      if (v != null) {
        return writer.serializes(TypeInfo.of(v.getClass()));
      }
    }
    return false;
  }

  static List<Object> readList(Decoder from) {
    int n = from.count();
    List<Object> list = new ArrayList<>(n);
    while (n-- > 0) {
      list.add(from.value());
    }
    return list;
  }

  static Set<Object> readSet(Decoder from) {
    Set<Object> set = new LinkedHashSet<>();
    Keys keys = new Keys();
    for (int n = from.count(); n > 0; n--) {
      int before = from.left();
      Object element = from.value();
      keys.check(element, before - from.left());
      set.add(element);
    }
    return set;
  }

  static Map<Object, Object> readMap(Decoder from) {
    Map<Object, Object> map = new LinkedHashMap<>();
    Keys keys = new Keys();
    for (int n = from.count(); n > 0; n--) {
      int before = from.left();
      Object key = from.value();
      keys.check(key, before - from.left());
      map.put(key, from.value());
    }
    return map;
  }

  /**
   * Bounds the work of hash tables when all keys have the same hash code: those of the JDK that can
   * be compared do no harm, any others have a budget.
   */
  private static final class Keys {
    private static final long BUDGET = 1 << 28;
    private final Map<Integer, int[]> sameHash = new HashMap<>();
    private long spent;

    void check(Object key, int bytes) {
      if (key == null || key instanceof String || key instanceof Number) {
        return;
      }
      int[] count = sameHash.get(key.hashCode());
      if (count == null) {
        sameHash.put(key.hashCode(), new int[1]);
        return;
      }
      spent += (long) ++count[0] * bytes;
      if (spent > BUDGET) {
        throw new IllegalArgumentException(
            "a set or map has too many keys of the same hash code, of " + key.getClass().getName());
      }
    }
  }

  // ---- arrays

  static void writeArray(TypeWriter writer, Object[] array) {
    Class<?> element = array.getClass().getComponentType();
    int dimensions = 1;
    for (; element.isArray(); element = element.getComponentType()) {
      dimensions++;
    }
    writer.to.u8(ExtendedCodec.ARRAY_OF);
    writer.to.u8(dimensions);
    writer.elements(element);
    writer.to.all(array);
  }

  static Object[] readArray(TypeReader reader) {
    int dimensions = reader.from.u8();
    Class<?> type = reader.elements();
    if (dimensions < 1
        || dimensions > MAX_DIMENSIONS
        || (dimensions == 1 && type.isPrimitive())
        || type.isArray()
        || type == void.class) {
      throw new IllegalArgumentException(
          "an array of " + dimensions + " dimensions of " + type.getName());
    }
    Class<?> component =
        dimensions == 1 ? type : Array.newInstance(type, new int[dimensions - 1]).getClass();
    int n = reader.from.count();
    Object[] array = (Object[]) Array.newInstance(component, n);
    for (int i = 0; i < n; i++) {
      Object v = reader.from.value();
      if (v != null && !component.isInstance(v)) {
        throw new IllegalArgumentException(
            "a " + v.getClass().getTypeName() + " in an array of " + component.getTypeName());
      }
      array[i] = v;
    }
    return array;
  }
}
