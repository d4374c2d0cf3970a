package org.mitogen4j.internal.context.codec;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.LinkedList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingDeque;

/** Turns a container that came into the one that is declared, such as a TreeMap. */
public final class ContainerConversion {
  private static final Class<?>[] STANDARD = {
    TreeMap.class,
    TreeSet.class,
    LinkedList.class,
    ConcurrentHashMap.class,
    ConcurrentSkipListMap.class,
    LinkedBlockingDeque.class
  };

  private ContainerConversion() {}

  /** The value as an instance of a class; null where it can't be one. */
  public static Object to(Class<?> declared, Object value) {
    if (declared.isInstance(value)) {
      return value;
    }
    boolean map = value instanceof Map;
    if (!map && !(value instanceof Collection)) {
      return declared.isPrimitive() && wraps(declared, value) ? value : null;
    }
    Class<?> kind = map ? Map.class : Collection.class;
    Class<?> type = declared.isInterface() ? null : declared;
    for (Class<?> standard : STANDARD) {
      if (type == null && declared.isAssignableFrom(standard) && kind.isAssignableFrom(standard)) {
        type = standard;
      }
    }
    if (type == null || !kind.isAssignableFrom(type) || !type.getName().startsWith("java.util.")) {
      return null;
    }
    try {
      Object container = type.getConstructor().newInstance();
      fill(container, value);
      return container;
    } catch (ReflectiveOperationException | ClassCastException | NullPointerException e) {
      return null; // no such constructor, or it does not take such elements
    }
  }

  @SuppressWarnings("unchecked") // elements have no type here
  private static void fill(Object container, Object from) {
    if (container instanceof Map) {
      ((Map<Object, Object>) container).putAll((Map<Object, Object>) from);
    } else {
      ((Collection<Object>) container).addAll((Collection<Object>) from);
    }
  }

  private static boolean wraps(Class<?> primitive, Object value) {
    return primitive != void.class
        && Array.get(Array.newInstance(primitive, 1), 0).getClass().isInstance(value);
  }
}
