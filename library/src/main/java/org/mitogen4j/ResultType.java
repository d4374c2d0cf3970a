package org.mitogen4j;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.codec.DeclaredType;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * The type that a function declares for its result, and the class that the caller's code casts the
 * result to. The declared type is looked up only when a value comes whose class differs from it.
 * Any thread may use it.
 */
final class ResultType implements Supplier<Type>, AnswerShape {
  /** Descriptors of result types that the kernel's codec can write. */
  private static final String PLAIN =
      " V Z I J D [B Ljava/lang/Void; Ljava/lang/Boolean; Ljava/lang/Integer; Ljava/lang/Long;"
          + " Ljava/lang/Double; Ljava/lang/String; Ljava/lang/Object; [Ljava/lang/Object; ";

  /** Descriptors of result types whose values can always be sent, whatever they are. */
  private static final String SMALL =
      " V Z I J D Ljava/lang/Void; Ljava/lang/Boolean; Ljava/lang/Integer; Ljava/lang/Long;"
          + " Ljava/lang/Double; ";

  /** The classes of common result types by their descriptors: these are not looked up. */
  private static final Map<String, Class<?>> FINAL = new HashMap<>();

  static {
    FINAL.put("Z", Boolean.class);
    FINAL.put("B", Byte.class);
    FINAL.put("S", Short.class);
    FINAL.put("C", Character.class);
    FINAL.put("I", Integer.class);
    FINAL.put("J", Long.class);
    FINAL.put("F", Float.class);
    FINAL.put("D", Double.class);
    Class<?>[] types = {
      Boolean.class, Integer.class, Long.class, Double.class, String.class, byte[].class
    };
    for (Class<?> type : types) {
      FINAL.put(FunctionName.descriptor(new Class<?>[0], type).substring(2), type);
    }
  }

  private final ClassLoader loader;
  private final FunctionName function;

  /** The descriptor of the class that the caller wants; empty where that is not known. */
  private final String wanted;

  private volatile Type resolved;

  /**
   * @param loader the class loader of the function's class
   */
  ResultType(ClassLoader loader, FunctionName function) {
    this(loader, function, "");
  }

  /**
   * @param loader the class loader of the function's class
   * @param wanted the descriptor of the class that the caller's code casts the result to, which may
   *     be narrower than what a generic function declares; {@code V} when the caller takes none
   */
  ResultType(ClassLoader loader, FunctionName function, String wanted) {
    this.loader = loader;
    this.function = function;
    this.wanted = wanted;
  }

  /** The result of the method by which a class implements a method of an interface. */
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
    return new ResultType(in.getClassLoader(), FunctionName.of(in.getName(), own));
  }

  private String result() {
    return function.result();
  }

  /** Whether every value of the declared type can be sent, and is small. */
  boolean isSmall() {
    return SMALL.contains(" " + result() + " ");
  }

  /** Whether the extended codec is needed to write the result. */
  boolean takesCodec() {
    return !PLAIN.contains(" " + result() + " ");
  }

  @Override
  public Type get() {
    Type type = resolved;
    if (type == null) {
      resolved = type = resolve();
    }
    return type;
  }

  private Type resolve() {
    try {
      Class<?> type = Class.forName(function.className, false, loader);
      if (function.method.equals("<init>")) {
        return type;
      }
      Method found = find(type);
      return found == null ? Object.class : found.getGenericReturnType();
    } catch (ClassNotFoundException | LinkageError | TypeNotPresentException e) {
      throw new IllegalArgumentException("the result of " + function + ": " + e, e);
    }
  }

  private Method find(Class<?> type) {
    for (Method m : type.getDeclaredMethods()) {
      if (function.method.equals(m.getName())
          && function.descriptor.equals(FunctionName.descriptor(m))) {
        return m;
      }
    }
    Method found = type.getSuperclass() == null ? null : find(type.getSuperclass());
    for (Class<?> i : type.getInterfaces()) {
      found = found == null ? find(i) : found;
    }
    return found;
  }

  @Override
  public Object expected() {
    return this;
  }

  @Override
  public Object check(Object value, Decoder from) {
    if (wanted.equals("V")) {
      return null; // nobody wants the result
    }
    String declared = result();
    if (value != null && isExactly(declared, value)) {
      return isWanted(value);
    }
    try {
      Type type = held(get());
      Object fit = DeclaredType.fit(type, value, from);
      return type == get() ? isWanted(fit) : fit;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(function + ": " + e.getMessage(), e);
    }
  }

  /** Whether a value has exactly the declared class, and no parts that have to be checked. */
  private static boolean isExactly(String declared, Object value) {
    return FINAL.get(declared) == value.getClass();
  }

  /** The type of the value that is sent: for a CompletionStage that of its future value. */
  private static Type held(Type type) {
    if (type instanceof ParameterizedType) {
      Class<?> raw = (Class<?>) ((ParameterizedType) type).getRawType();
      if (CompletionStage.class.isAssignableFrom(raw)) {
        Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
        return arguments.length == 1 ? arguments[0] : Object.class;
      }
    } else if (type instanceof Class && CompletionStage.class.isAssignableFrom((Class<?>) type)) {
      return Object.class;
    }
    return type;
  }

  /** Checks a result against the class that the caller's code casts it to, and returns it. */
  private Object isWanted(Object value) {
    String name = wanted.isEmpty() ? "" : wanted.substring(1, wanted.length() - 1);
    if (value == null || wanted.equals(result()) || !wanted.startsWith("L")) {
      return value;
    }
    try {
      Class<?> type = Class.forName(name.replace('/', '.'), false, loader); // the caller's own
      if (!type.isInstance(value)) {
        throw new IllegalArgumentException(
            function
                + ": the caller wants a "
                + type.getTypeName()
                + ", but a "
                + value.getClass().getTypeName()
                + " came");
      }
      return value;
    } catch (ClassNotFoundException e) {
      return value; // then the caller's code can't cast to it either
    }
  }
}
