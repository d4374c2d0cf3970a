package org.mitogen4j.internal.context.codec;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * Writes and reads lists, sets, maps and arrays of objects. Lists of any class are read as
 * ArrayList, sets as LinkedHashSet and maps as LinkedHashMap, in the order of their iteration.
 */
final class Containers {
  private static final int MAX_DIMENSIONS = 255;

  /** Bytes of memory for a key: in the hash table, and in the counts of hash codes. */
  private static final int ENTRY_MEMORY = 80;

  /** Units of a {@link DecodeBudget} for each dimension of an array. */
  private static final int DIMENSION = 8;

  private Containers() {}

  static void write(TypeWriter writer, TypeInfo info, Object value) {
    Encoder to = writer.to;
    Object[] elements =
        info.tag == ExtendedCodec.MAP
            ? ((Map<?, ?>) value).entrySet().toArray()
            : ((Collection<?>) value).toArray();
    if (to.trusted && value instanceof Serializable && isGraph(writer, info, elements)) {
      byte[] bytes = Serialized.write(writer, value, true);
      if (bytes != null) {
        to.u8(ExtendedCodec.SERIALIZED);
        to.bytes(bytes);
        return;
      }
    }
    if (info.tag == ExtendedCodec.LIST && writer.list(elements)) {
      return;
    }
    to.u8(info.tag);
    to.varint(elements.length);
    for (Object element : elements) {
      if (info.tag == ExtendedCodec.MAP) {
        to.value(((Map.Entry<?, ?>) element).getKey());
        to.value(((Map.Entry<?, ?>) element).getValue());
      } else {
        to.value(element);
      }
    }
  }

  /** Whether the container is serialized, to keep its class or the object graph of its elements. */
  private static boolean isGraph(TypeWriter writer, TypeInfo info, Object[] elements) {
    if (!info.common) {
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

  static Set<Object> readSet(TypeReader reader) {
    int n = reader.from.count();
    reader.from.takeMemory((long) n * ENTRY_MEMORY);
    Set<Object> set = new LinkedHashSet<>(capacity(n));
    HashCodes codes = n > 1 ? new HashCodes(reader.budget, n, true) : null;
    for (int i = 0; i < n; i++) {
      Object element = key(reader, codes);
      if (!set.add(element)) {
        throw equalKeys("a set", element);
      }
    }
    return set;
  }

  static Map<Object, Object> readMap(TypeReader reader) {
    int n = reader.from.count();
    reader.from.takeMemory((long) n * ENTRY_MEMORY);
    Map<Object, Object> map = new LinkedHashMap<>(capacity(n));
    HashCodes codes = n > 1 ? new HashCodes(reader.budget, n, true) : null;
    for (int i = 0; i < n; i++) {
      Object key = key(reader, codes);
      map.put(key, reader.from.value());
      if (map.size() == i) {
        throw equalKeys("a map", key);
      }
    }
    return map;
  }

  /** Makes room for the given number of entries, so that the table need not grow. */
  private static int capacity(int keys) {
    return (int) Math.min(keys * 4L / 3 + 1, 1 << 30);
  }

  private static Object key(TypeReader reader, HashCodes codes) {
    DecodeBudget budget = reader.budget;
    long weight = budget.weight();
    long comparison = budget.comparison();
    Object key = reader.from.value();
    budget.hashed(key, codes == null ? 0 : codes.add(key), weight, comparison);
    return key;
  }

  private static IllegalArgumentException equalKeys(String where, Object key) {
    return new IllegalArgumentException(
        where
            + " with two equal keys, of type "
            + (key == null ? "null" : key.getClass().getTypeName())
            + ": what distinguishes keys by identity or by a comparator is sent as a list");
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
    reader.budget.spend((long) dimensions * DIMENSION);
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
