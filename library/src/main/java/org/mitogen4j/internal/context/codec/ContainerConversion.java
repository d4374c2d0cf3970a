package org.mitogen4j.internal.context.codec;

import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;

/**
 * Converts the ArrayList, LinkedHashSet or LinkedHashMap that was read to the declared container of
 * java.util or java.util.concurrent, such as a TreeMap.
 */
final class ContainerConversion {
  /** The classes that are made for a declared interface or abstract class: the first that fits. */
  private static final Class<?>[] STANDARD = {
    ArrayList.class,
    LinkedHashSet.class,
    LinkedHashMap.class,
    TreeMap.class,
    TreeSet.class,
    LinkedList.class,
    ConcurrentHashMap.class,
    ConcurrentSkipListMap.class,
    LinkedBlockingDeque.class,
    LinkedTransferQueue.class,
    PriorityQueue.class,
    Hashtable.class
  };

  /**
   * Classes that compare each key with all keys of the same hash code, since they make no trees.
   */
  private static final Set<Class<?>> WITHOUT_TREES =
      new HashSet<>(Arrays.asList(Hashtable.class, Properties.class, WeakHashMap.class));

  /** The size of a CopyOnWriteArraySet up to which its comparisons fit any budget. */
  private static final int FEW = 64;

  private ContainerConversion() {}

  /** Whether a class is a collection or map, or a supertype of them that can be declared. */
  static boolean isContainer(Class<?> type) {
    return Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || type == Iterable.class
        || type == java.util.Dictionary.class;
  }

  /**
   * Converts a container to a class.
   *
   * @param declared the class
   * @param keys the declared type of its elements or keys; matters for enums only
   * @param value the container that was read
   * @param budget the time that the conversion may take
   * @param bytes the bytes of the container in the message, or more
   * @throws IllegalArgumentException when it can't be converted; the message says why
   */
  static Object to(
      Class<?> declared, Class<?> keys, Object value, DecodeBudget budget, long bytes) {
    boolean map = value instanceof Map;
    Class<?> kind = map ? Map.class : Collection.class;
    Collection<?> elements = map ? ((Map<?, ?>) value).keySet() : (Collection<?>) value;
    if (declared == EnumMap.class && map) {
      return enumMap(enumType(keys, elements), (Map<?, ?>) value);
    } else if (declared == EnumSet.class && !map) {
      return enumSet(enumType(keys, elements), elements);
    } else if (declared == ConcurrentHashMap.KeySetView.class && !map) {
      return fill(ConcurrentHashMap.newKeySet(), value, declared);
    }
    Class<?> type = declared;
    if (Modifier.isAbstract(declared.getModifiers())) {
      type = standard(declared, kind);
    }
    if (type == null || !kind.isAssignableFrom(type) || !type.getName().startsWith("java.util.")) {
      throw refused(declared, "a " + value.getClass().getTypeName() + " came");
    }
    check(type, elements, budget, bytes);
    try {
      return fill(type.getConstructor().newInstance(), value, declared);
    } catch (ReflectiveOperationException e) {
      throw refused(declared, "it has no public constructor without parameters");
    }
  }

  private static Class<?> standard(Class<?> declared, Class<?> kind) {
    for (Class<?> type : STANDARD) {
      if (declared.isAssignableFrom(type) && kind.isAssignableFrom(type)) {
        return type;
      }
    }
    return null;
  }

  static IllegalArgumentException refused(Class<?> declared, String why) {
    return new IllegalArgumentException(
        "a "
            + declared.getTypeName()
            + " is declared, but "
            + why
            + (isContainer(declared) ? ": declare List, Set or Map" : ""));
  }

  /** Spends the budget for the comparisons that the container makes when elements are put in. */
  private static void check(
      Class<?> type, Collection<?> elements, DecodeBudget budget, long bytes) {
    int n = elements.size();
    if (type == CopyOnWriteArraySet.class && n > FEW) {
      budget.spend(n * Math.max(n, bytes) / 2); // compares each with all before it
    } else if (WITHOUT_TREES.contains(type)) {
      HashCodes codes = new HashCodes(budget, n, false);
      for (Object element : elements) {
        long compared = codes.add(element);
        if (compared > 0) {
          budget.spend(compared * (1 + bytes / n));
        }
      }
    } else if (isSorted(type)) {
      int compared = Integer.SIZE - Integer.numberOfLeadingZeros(n);
      for (Object element : elements) {
        if (element instanceof BigDecimal) {
          budget.spend(compared * DecodeBudget.decimal((BigDecimal) element));
        }
      }
    }
  }

  private static boolean isSorted(Class<?> type) {
    return SortedMap.class.isAssignableFrom(type)
        || SortedSet.class.isAssignableFrom(type)
        || PriorityQueue.class == type
        || PriorityBlockingQueue.class == type;
  }

  @SuppressWarnings("unchecked") // elements have no type here
  private static Object fill(Object container, Object from, Class<?> declared) {
    try {
      if (container instanceof Map) {
        ((Map<Object, Object>) container).putAll((Map<Object, Object>) from);
      } else {
        ((Collection<Object>) container).addAll((Collection<Object>) from);
      }
      return container;
    } catch (ClassCastException | NullPointerException e) {
      throw refused(
          declared,
          "it takes no null, or only elements with an order of their own, and others came");
    } catch (IllegalStateException e) {
      throw refused(declared, "it has no room for elements, and some came"); // a SynchronousQueue
    }
  }

  // ---- enums

  @SuppressWarnings({"unchecked", "rawtypes"}) // an enum's class, but which is seen at run time
  private static Class enumType(Class<?> declared, Collection<?> keys) {
    Class<?> type = declared != null && declared.isEnum() ? declared : null;
    for (Object key : keys) {
      Class<?> own = key instanceof Enum ? ((Enum<?>) key).getDeclaringClass() : null;
      type = type == null ? own : type;
      if (type == null || own != type) {
        String came = key == null ? "null" : "a " + key.getClass().getTypeName();
        throw new IllegalArgumentException(
            "an EnumMap or EnumSet is declared"
                + (type == null ? "" : ", of " + type.getTypeName())
                + ", but "
                + came
                + " came among its keys");
      }
    }
    if (type == null) {
      throw new IllegalArgumentException(
          "an empty EnumMap or EnumSet came, but of which enum it is, is not declared: declare its"
              + " type arguments, as in EnumSet<Color>");
    }
    return type;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object enumMap(Class type, Map<?, ?> from) {
    Map map = new EnumMap(type);
    map.putAll(from);
    return map;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object enumSet(Class type, Collection<?> from) {
    Set set = EnumSet.noneOf(type);
    set.addAll(from);
    return set;
  }
}
