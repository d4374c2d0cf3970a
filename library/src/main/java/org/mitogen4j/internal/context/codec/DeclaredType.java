package org.mitogen4j.internal.context.codec;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * Checks a value that came against the type that the program declares for it, including elements,
 * keys and values as far as type arguments are declared. So values of other contexts cause no
 * ClassCastException and no NullPointerException in a program that was compiled for the type.
 */
public final class DeclaredType {
  private DeclaredType() {}

  /**
   * Converts a value to a type: returns the value itself, or the declared container of the JDK with
   * the same elements.
   *
   * @param type the declared type
   * @param value the value that was read
   * @param from the decoder that read it
   * @throws IllegalArgumentException when it does not fit the type; the message says what is
   *     declared and what came
   */
  public static Object fit(Type type, Object value, Decoder from) {
    if (type instanceof Class && !ContainerConversion.isContainer((Class<?>) type)) {
      return fit((Class<?>) type, value); // the usual case
    }
    DecodeBudget budget = DecodeBudget.of(from);
    return fit(type, value, budget, budget.size());
  }

  /** As {@link #fit(Type, Object, Decoder)}, for a part of at most {@code bytes} of the message. */
  static Object fit(Type type, Object value, DecodeBudget budget, long bytes) {
    if (type instanceof Class) {
      return fit((Class<?>) type, Object.class, value, budget, bytes);
    } else if (type instanceof ParameterizedType) {
      return fit((ParameterizedType) type, value, budget, bytes);
    } else if (type instanceof GenericArrayType) {
      return array((GenericArrayType) type, value, budget, bytes);
    }
    return fit(erasure(type), Object.class, value, budget, bytes);
  }

  /** A value of a class that is no container. */
  private static Object fit(Class<?> type, Object value) {
    if (value == null ? !type.isPrimitive() || type == void.class : type.isInstance(value)) {
      return value;
    } else if (value != null && type.isPrimitive() && wrapper(type).isInstance(value)) {
      return value;
    }
    throw refused(type, value);
  }

  private static Object fit(
      Class<?> type, Class<?> keys, Object value, DecodeBudget budget, long bytes) {
    return value == null || type.isInstance(value) || !isContainer(value)
        ? fit(type, value)
        : ContainerConversion.to(type, keys, value, budget, bytes);
  }

  private static IllegalArgumentException refused(Type type, Object value) {
    return new IllegalArgumentException(
        "a " + type.getTypeName() + " is declared, but " + typeOf(value) + " came");
  }

  private static String typeOf(Object value) {
    return value == null ? "null" : "a " + value.getClass().getTypeName();
  }

  private static boolean isContainer(Object value) {
    return value instanceof Collection || value instanceof Map;
  }

  /** The class whose objects stand for values of a primitive type; Void for void. */
  private static Class<?> wrapper(Class<?> primitive) {
    return primitive == void.class
        ? Void.class
        : Array.get(Array.newInstance(primitive, 1), 0).getClass();
  }

  /** The erasure of a type: its class at run time. */
  static Class<?> erasure(Type type) {
    if (type instanceof Class) {
      return (Class<?>) type;
    } else if (type instanceof ParameterizedType) {
      return (Class<?>) ((ParameterizedType) type).getRawType();
    } else if (type instanceof WildcardType) {
      return erasure(((WildcardType) type).getUpperBounds()[0]);
    } else if (type instanceof TypeVariable) {
      return erasure(((TypeVariable<?>) type).getBounds()[0]);
    }
    Class<?> element = erasure(((GenericArrayType) type).getGenericComponentType());
    return Array.newInstance(element, 0).getClass();
  }

  private static Object fit(ParameterizedType type, Object value, DecodeBudget budget, long bytes) {
    Class<?> raw = erasure(type);
    Type[] arguments = type.getActualTypeArguments();
    Object fit = value;
    if (!ObjectLayout.isJdk(raw)) {
      return fit(raw, value); // the meaning of a program's own type parameters is not known
    } else if (value instanceof Optional && arguments.length == 1) {
      Object held = ((Optional<?>) value).orElse(null);
      Object own = part(type, arguments[0], held, budget, bytes);
      fit = own == held ? value : Optional.ofNullable(own);
    } else if (value instanceof Collection && arguments.length == 1) {
      fit = elements(type, arguments[0], (Collection<?>) value, budget, bytes);
    } else if (value instanceof Map && arguments.length == 2) {
      fit = entries(type, arguments, (Map<?, ?>) value, budget, bytes);
    }
    return fit(raw, erasure(arguments[0]), fit, budget, bytes);
  }

  /** Converts an element, key or value; the error message names the type of the whole, too. */
  private static Object part(Type whole, Type type, Object part, DecodeBudget budget, long bytes) {
    if (part == null || type == Object.class) {
      return part;
    }
    if (type instanceof Class && ((Class<?>) type).isInstance(part)) {
      return part;
    }
    try {
      return fit(type, part, budget, bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("in a " + whole.getTypeName() + ": " + e.getMessage(), e);
    }
  }

  private static Object elements(
      Type whole, Type type, Collection<?> elements, DecodeBudget budget, long bytes) {
    List<Object> converted = null; // made when one has to be
    int i = 0;
    for (Object element : elements) {
      Object fit = part(whole, type, element, budget, bytes);
      if (fit != element && converted == null) {
        converted = new ArrayList<>(elements.size());
        converted.addAll(new ArrayList<>(elements).subList(0, i));
      }
      if (converted != null) {
        converted.add(fit);
      }
      i++;
    }
    if (converted == null) {
      return elements;
    }
    return elements instanceof Set ? new LinkedHashSet<>(converted) : converted;
  }

  private static Object entries(
      Type whole, Type[] types, Map<?, ?> entries, DecodeBudget budget, long bytes) {
    Map<Object, Object> converted = new LinkedHashMap<>();
    boolean changed = false;
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      Object key = part(whole, types[0], entry.getKey(), budget, bytes);
      Object value = part(whole, types[1], entry.getValue(), budget, bytes);
      if (key != entry.getKey() || value != entry.getValue()) {
        changed = true;
      }
    }
    if (!changed) {
      return entries;
    }
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      converted.put(
          part(whole, types[0], entry.getKey(), budget, bytes),
          part(whole, types[1], entry.getValue(), budget, bytes));
    }
    return converted;
  }

  private static Object array(
      GenericArrayType type, Object value, DecodeBudget budget, long bytes) {
    fit(erasure(type), value);
    if (value instanceof Object[]) {
      Object[] array = (Object[]) value;
      for (int i = 0; i < array.length; i++) {
        array[i] = part(type, type.getGenericComponentType(), array[i], budget, bytes);
      }
    }
    return value;
  }
}
