package org.mitogen4j;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.codec.ContainerConversion;

/** What a function declares as its result; looked up when a value comes that is to be expected. */
final class ResultType implements Supplier<Type> {
  /** Results that the kernel's own codec writes. */
  private static final String PLAIN =
      " V Z I J D [B Ljava/lang/Void; Ljava/lang/Boolean; Ljava/lang/Integer; Ljava/lang/Long;"
          + " Ljava/lang/Double; Ljava/lang/String; Ljava/lang/Object; [Ljava/lang/Object; ";

  /** Results that can be sent in any case. */
  private static final String SMALL =
      " V Z I J D Ljava/lang/Void; Ljava/lang/Boolean; Ljava/lang/Integer; Ljava/lang/Long;"
          + " Ljava/lang/Double; ";

  private final ClassLoader loader;
  private final String className;
  private final String method;

  /**
   * @param loader where the function's class is found
   * @param method its name and descriptor
   */
  ResultType(ClassLoader loader, String className, String method) {
    this.loader = loader;
    this.className = className;
    this.method = method;
  }

  /** The method by which a class implements one of an interface. */
  static ResultType of(Class<?> type, Method implemented) {
    Method own = implemented;
    for (Method m : type.getMethods()) {
      if (m.getName().equals(implemented.getName())
          && m.getParameterCount() == implemented.getParameterCount()
          && !m.isBridge()
          && !Modifier.isAbstract(m.getModifiers())) {
        own = m;
      }
    }
    Class<?> in = own.getDeclaringClass();
    return new ResultType(in.getClassLoader(), in.getName(), FunctionRef.signature(own));
  }

  private String result() {
    return method.substring(method.indexOf(')') + 1);
  }

  /** Whether there is nothing about the result that could keep it from being sent. */
  boolean isSmall() {
    return SMALL.contains(" " + result() + " ");
  }

  /** Whether the result is of a type that takes the codec to write. */
  boolean takesCodec() {
    return !PLAIN.contains(" " + result() + " ");
  }

  @Override
  public Type get() {
    try {
      Class<?> type = Class.forName(className, false, loader);
      if (method.startsWith("<init>")) {
        return type;
      }
      Method found = find(type);
      return found == null ? Object.class : found.getGenericReturnType();
    } catch (ClassNotFoundException | LinkageError | TypeNotPresentException e) {
      throw new IllegalArgumentException("the result of " + className + "#" + method + ": " + e, e);
    }
  }

  private Method find(Class<?> type) {
    for (Method m : type.getDeclaredMethods()) {
      if (method.startsWith(m.getName() + "(") && method.equals(FunctionRef.signature(m))) {
        return m;
      }
    }
    Method found = type.getSuperclass() == null ? null : find(type.getSuperclass());
    for (Class<?> i : type.getInterfaces()) {
      found = found == null ? find(i) : found;
    }
    return found;
  }

  /**
   * The result as the list, set or map of the JDK that is declared.
   *
   * @throws IllegalArgumentException when it can't be
   */
  Object fit(Object value) {
    if ((value instanceof Collection || value instanceof Map)
        && result().startsWith("Ljava/util/")) {
      String name = result().substring(1, result().length() - 1).replace('/', '.');
      try {
        Class<?> declared = Class.forName(name, false, null);
        if (Collection.class.isAssignableFrom(declared) || Map.class.isAssignableFrom(declared)) {
          Object fit = ContainerConversion.to(declared, value);
          if (fit == null) {
            throw new IllegalArgumentException(
                className
                    + "#"
                    + method
                    + " declares a "
                    + name
                    + ", but lists, sets and maps arrive as "
                    + value.getClass().getName()
                    + ": declare List, Set or Map");
          }
          return fit;
        }
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException(name, e); // the class that declares it is here
      }
    }
    return value;
  }
}
