package org.mitogen4j.internal.context.codec;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The program's types whose objects may be built from messages of contexts that are not parents:
 * those that the program allowed, and those that it expects. Each includes all types that it is
 * made of: components, fields, type arguments, elements, permitted subclasses of a sealed type. Any
 * thread may use it.
 *
 * <p>Names are looked up among these classes only: a child can't cause a class to be loaded.
 */
public final class TypeAllowlist {
  private static final String PART = "allowed";

  /** The characters of a wrong name that an error shows at most. */
  static final int MAX_NAME = 200;

  /** Types that are always allowed: harmless ones that every Java has. */
  private static final Map<String, Class<?>> ALWAYS = new HashMap<>();

  static {
    Class<?>[] types = {
      boolean.class,
      byte.class,
      short.class,
      char.class,
      int.class,
      long.class,
      float.class,
      double.class,
      Object.class,
      Number.class,
      CharSequence.class,
      Comparable.class,
      Serializable.class,
      Iterable.class,
      Collection.class,
      List.class,
      Set.class,
      Map.class,
      DayOfWeek.class,
      Month.class,
      ChronoUnit.class,
      TimeUnit.class,
      RoundingMode.class
    };
    for (Class<?> type : types) {
      ALWAYS.put(type.getName(), type);
    }
    for (Class<?> type : TypeInfo.simple()) {
      ALWAYS.put(type.getName(), type);
    }
  }

  /** The types that a class is made of, including the class itself. */
  private static final ClassValue<Map<String, Class<?>>> CLOSURES =
      new ClassValue<Map<String, Class<?>>>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> type) {
          return closure(type);
        }
      };

  private final Map<String, Class<?>> allowed = new ConcurrentHashMap<>();

  private TypeAllowlist() {}

  /** The list of a context. */
  public static TypeAllowlist of(MessageRouter router) {
    return ContextRuntime.of(router).part(PART, TypeAllowlist.class, TypeAllowlist::new);
  }

  /** Allows values of a type, and of all types that it is made of. */
  public void add(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    allowed.putAll(CLOSURES.get(element));
  }

  static Class<?> always(String name) {
    return ALWAYS.get(name);
  }

  /** Whether arrays of a type may be sent to a context that is not below. */
  static boolean isSendable(Class<?> type) {
    return ALWAYS.containsKey(type.getName()) || type.isEnum() || !ObjectLayout.isJdk(type);
  }

  /**
   * The class of a name that a child sent.
   *
   * @param expected null, a Type, or a Supplier of one
   * @throws IllegalArgumentException when it is not allowed
   */
  Class<?> find(String name, Object expected) {
    Class<?> type = allowed.get(name);
    if (type == null && expected != null) {
      type = find(name, expected(expected), 0);
    }
    if (type == null) {
      String shown = Printable.line(name, MAX_NAME);
      String simple = shown.substring(shown.lastIndexOf('.') + 1).replace('$', '.');
      throw new IllegalArgumentException(
          "a value of type "
              + shown
              + " came, which is not among the types expected here: if it may come, say"
              + " router.allowTypes("
              + simple
              + ".class)");
    }
    return type;
  }

  private static Type expected(Object expected) {
    return (Type) (expected instanceof Supplier ? ((Supplier<?>) expected).get() : expected);
  }

  private static Class<?> find(String name, Type in, int depth) {
    List<Class<?>> classes = new ArrayList<>();
    classes(in, classes, depth);
    for (Class<?> type : classes) {
      Class<?> found = CLOSURES.get(type).get(name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** All classes that a type is written with. */
  private static void classes(Type type, Collection<Class<?>> into, int depth) {
    if (depth > 16) {
      return; // a recursive type, such as T extends Comparable<T>
    }
    if (type instanceof Class) {
      Class<?> c = (Class<?>) type;
      while (c.isArray()) {
        c = c.getComponentType();
      }
      if (c.isEnum() || !ObjectLayout.isJdk(c)) {
        into.add(c);
      }
    } else if (type instanceof ParameterizedType) {
      classes(((ParameterizedType) type).getRawType(), into, depth + 1);
      all(((ParameterizedType) type).getActualTypeArguments(), into, depth);
    } else if (type instanceof GenericArrayType) {
      classes(((GenericArrayType) type).getGenericComponentType(), into, depth + 1);
    } else if (type instanceof WildcardType) {
      all(((WildcardType) type).getUpperBounds(), into, depth);
      all(((WildcardType) type).getLowerBounds(), into, depth);
    } else if (type instanceof TypeVariable) {
      all(((TypeVariable<?>) type).getBounds(), into, depth);
    }
  }

  private static void all(Type[] types, Collection<Class<?>> into, int depth) {
    for (Type type : types) {
      classes(type, into, depth + 1);
    }
  }

  private static Map<String, Class<?>> closure(Class<?> root) {
    Map<String, Class<?>> closure = new LinkedHashMap<>();
    List<Class<?>> open = new ArrayList<>();
    open.add(root);
    while (!open.isEmpty()) {
      Class<?> type = open.remove(open.size() - 1);
      if (closure.put(type.getName(), type) == null) {
        for (Class<?> subclass : Records.subclasses(type)) {
          open.add(subclass);
        }
        fields(type, open);
      }
    }
    return closure;
  }

  private static void fields(Class<?> type, List<Class<?>> into) {
    if (type.isEnum() || ObjectLayout.isJdk(type)) {
      return;
    }
    if (!Records.is(type) && !Serializable.class.isAssignableFrom(type)) {
      return; // no object of it can come
    }
    for (Class<?> c = type; c != null && !ObjectLayout.isJdk(c); c = c.getSuperclass()) {
      classes(c.getGenericSuperclass() == null ? Object.class : c.getGenericSuperclass(), into, 0);
      for (Field field : c.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          classes(field.getGenericType(), into, 0);
        }
      }
    }
  }
}
