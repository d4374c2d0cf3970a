package org.mitogen4j;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.FunctionName;
import org.mitogen4j.internal.context.codec.DeclaredType;
import org.mitogen4j.internal.kernel.Decoder;

/**
 * What a function declares as its result, and its caller takes it for. Looked up when a value comes
 * that is not simply of the declared class. Any thread may use it.
 */
final class ResultType implements Supplier<Type>, AnswerShape {
  /** Results that the kernel's own codec writes. */
  private static final String PLAIN =
      " V Z I J D [B Ljava/lang/Void; Ljava/lang/Boolean; Ljava/lang/Integer; Ljava/lang/Long;"
          + " Ljava/lang/Double; Ljava/lang/String; Ljava/lang/Object; [Ljava/lang/Object; ";

  /** Results that can be sent in any case. */
  private static final String SMALL =
      " V Z I J D Ljava/lang/Void; Ljava/lang/Boolean; Ljava/lang/Integer; Ljava/lang/Long;"
          + " Ljava/lang/Double; ";

  /** Classes that no result is looked up for, by descriptor: those of most results. */
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
   * @param loader where the function's class is found
   */
  ResultType(ClassLoader loader, FunctionName function) {
    this(loader, function, "");
  }

  /**
   * @param wanted the descriptor of what the caller's code takes the result for: generic functions
   *     declare less. V when it takes none
   */
  ResultType(ClassLoader loader, FunctionName function, String wanted) {
    this.loader = loader;
    this.function = function;
    this.wanted = wanted;
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
    return new ResultType(in.getClassLoader(), FunctionName.of(in.getName(), own));
  }

  private String result() {
    return function.result();
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

  /** Whether a value is of the class that is declared, and has no parts to look at. */
  private static boolean isExactly(String declared, Object value) {
    return FINAL.get(declared) == value.getClass();
  }

  /** What a stage of a computation is going to hold is what comes as the result. */
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

  /** Holds a result against the class that the caller's code casts it to. */
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
