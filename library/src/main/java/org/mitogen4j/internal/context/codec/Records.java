package org.mitogen4j.internal.context.codec;

import java.lang.reflect.Method;

/** Reflection for records and sealed types, by names, since this class also runs on Java 8. */
final class Records {
  private static final Method IS_RECORD = method(Class.class, "isRecord");
  private static final Method COMPONENTS = method(Class.class, "getRecordComponents");
  private static final Method SUBCLASSES = method(Class.class, "getPermittedSubclasses");

  private Records() {}

  private static Method method(Class<?> type, String name) {
    try {
      return type.getMethod(name);
    } catch (NoSuchMethodException e) {
      return null; // an older Java
    }
  }

  static boolean is(Class<?> type) {
    return IS_RECORD != null && (boolean) ask(IS_RECORD, type);
  }

  /** The names of a record's components, in their order. */
  static String[] components(Class<?> record) {
    Object[] components = (Object[]) ask(COMPONENTS, record);
    String[] names = new String[components.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = (String) ask(method(components[i].getClass(), "getName"), components[i]);
    }
    return names;
  }

  /** The subclasses that a sealed type permits; empty for any other type. */
  static Class<?>[] subclasses(Class<?> sealed) {
    Object classes = SUBCLASSES == null ? null : ask(SUBCLASSES, sealed);
    return classes == null ? new Class<?>[0] : (Class<?>[]) classes;
  }

  private static Object ask(Method question, Object of) {
    try {
      return question.invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(of + " does not tell what it is made of: " + e, e);
    }
  }
}
