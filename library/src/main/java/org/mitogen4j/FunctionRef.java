package org.mitogen4j;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;

/** The function that a lambda or method reference stands for, and the values that it captured. */
final class FunctionRef {
  /** Keeps the references of lambdas that capture nothing: one for each lambda class. */
  private static final ClassValue<FunctionRef[]> FIXED =
      new ClassValue<FunctionRef[]>() {
        @Override
        protected FunctionRef[] computeValue(Class<?> type) {
          return new FunctionRef[1];
        }
      };

  /** The name for error messages and logs: class, {@code #}, method and descriptor. */
  final String name;

  /** The name that is sent to other contexts. */
  final FunctionName function;

  /** Whether the function has a result that the caller does not want: it is not sent. */
  private boolean drops;

  /** The class loader of the function's class; null for the bootstrap loader. */
  final ClassLoader loader;

  /** The declared type of the result. */
  final ResultType declared;

  private final Object[] captured;

  /** A description of the function and where it is written, for error messages. */
  private final String where;

  /** Whether the first captured value is {@code this} of the method in which the lambda is. */
  private boolean capturesThis;

  private FunctionRef(FunctionName function, ClassLoader loader, String where, Object... captured) {
    this(function, loader, where, new ResultType(loader, function), captured);
  }

  private FunctionRef(
      FunctionName function,
      ClassLoader loader,
      String where,
      ResultType declared,
      Object... captured) {
    this.function = function;
    this.name = function.toString();
    this.loader = loader;
    this.declared = declared;
    this.where = where;
    this.captured = captured;
  }

  /** A method by its name and descriptor. */
  static FunctionRef of(Method m) {
    Class<?> type = m.getDeclaringClass();
    return new FunctionRef(
        FunctionName.of(type.getName(), m), type.getClassLoader(), type.getName());
  }

  /**
   * The one static method of a class that has this name and number of parameters.
   *
   * @throws IllegalArgumentException when there is none, or more than one
   */
  static FunctionRef named(Class<?> type, String name, int parameters) {
    List<Method> found = new ArrayList<>();
    for (Method m : type.getDeclaredMethods()) {
      if (m.getName().equals(name)
          && m.getParameterCount() == parameters
          && Modifier.isStatic(m.getModifiers())) {
        found.add(m);
      }
    }
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          type.getName()
              + " has "
              + found.size()
              + " static methods '"
              + name
              + "' with "
              + parameters
              + " parameters, must be 1");
    }
    return of(found.get(0));
  }

  /**
   * @param function a lambda, a method reference, or an object that implements {@code shape}
   * @param shape the functional interface, with its one method
   */
  static FunctionRef of(Serializable function, Class<?> shape) {
    FunctionRef[] fixed = FIXED.get(function.getClass());
    if (fixed[0] != null) {
      return fixed[0];
    }
    SerializedLambda lambda = lambda(function);
    if (lambda == null) {
      return ofObject(function, shape);
    }
    Object[] captured = new Object[lambda.getCapturedArgCount()];
    for (int i = 0; i < captured.length; i++) {
      captured[i] = lambda.getCapturedArg(i);
    }
    String capturing = lambda.getCapturingClass().replace('/', '.');
    FunctionRef ref =
        new FunctionRef(
            FunctionName.of(lambda),
            function.getClass().getClassLoader(),
            "the function in " + capturing + within(lambda.getImplMethodName()),
            new ResultType(
                function.getClass().getClassLoader(),
                FunctionName.of(lambda),
                isVoid(shape) ? "V" : FunctionName.result(lambda.getInstantiatedMethodType())),
            captured);
    ref.capturesThis =
        ref.isLambda()
            && lambda.getImplMethodKind() != java.lang.invoke.MethodHandleInfo.REF_invokeStatic;
    ref.drops =
        isVoid(shape)
            && (!ref.declared.isSmall()
                || lambda.getImplMethodKind()
                    == java.lang.invoke.MethodHandleInfo.REF_newInvokeSpecial);
    if (captured.length == 0) {
      fixed[0] = ref;
    }
    return ref;
  }

  /** Whether the one method of a functional interface returns nothing. */
  private static boolean isVoid(Class<?> shape) {
    for (Method m : shape.getMethods()) {
      if (Modifier.isAbstract(m.getModifiers())) {
        return m.getReturnType() == void.class;
      }
    }
    return false;
  }

  /** The method in which a lambda is written, for messages; nothing for a method reference. */
  private static String within(String method) {
    if (!method.startsWith("lambda$")) {
      return "";
    }
    String name = method.replaceFirst("^lambda\\$(.+?)(\\$\\p{XDigit}{1,8})?\\$\\d+$", "$1");
    switch (name) {
      case "new":
        return ", in its constructor or initializer,";
      case "static":
        return ", in its static initializer,";
      case "null": // what Java 8 calls a lambda in a lambda
        return ", in a lambda in a lambda,";
      default:
        return "." + name;
    }
  }

  private boolean isLambda() {
    return function.method.startsWith("lambda$");
  }

  private static FunctionRef ofObject(Serializable function, Class<?> shape) {
    for (Method m : shape.getMethods()) {
      if (Modifier.isAbstract(m.getModifiers())) {
        Class<?> type = function.getClass();
        return new FunctionRef(
            FunctionName.of(shape.getName(), m),
            type.getClassLoader(),
            "the function " + type,
            ResultType.of(type, m),
            function);
      }
    }
    throw new IllegalArgumentException(shape + " has no method to call");
  }

  private static SerializedLambda lambda(Serializable function) {
    try {
      Method replace = function.getClass().getDeclaredMethod("writeReplace");
      replace.setAccessible(true);
      Object replaced = replace.invoke(function);
      return replaced instanceof SerializedLambda ? (SerializedLambda) replaced : null;
    } catch (NoSuchMethodException e) {
      return null; // an object of a class
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Replaced.of(function); // its module does not let us
    }
  }

  /** Java serialization sees what a lambda is replaced with, wherever the lambda's class is. */
  private static final class Replaced extends ObjectOutputStream {
    private SerializedLambda seen;

    Replaced(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object instanceof SerializedLambda) {
        seen = (SerializedLambda) object;
        return null;
      }
      return object;
    }

    static SerializedLambda of(Serializable function) {
      OutputStream nowhere =
          new OutputStream() {
            @Override
            public void write(int b) {}
          };
      try (Replaced out = new Replaced(nowhere)) {
        out.writeObject(function);
        return out.seen;
      } catch (IOException e) {
        throw new IllegalArgumentException("can't tell what to call: " + e, e);
      }
    }
  }

  /**
   * Writes a call with these arguments.
   *
   * @return the functions that are going to run there: this one
   * @throws IllegalArgumentException when a captured value or an argument can't be sent; the
   *     message says which one, and what to do
   */
  FunctionRef[] write(Encoder e, Object... arguments) {
    e.text(text());
    writeArguments(e, arguments);
    return new FunctionRef[] {this};
  }

  /** The name in the form that {@link org.mitogen4j.internal.kernel.CallHandler} parses. */
  String text() {
    return drops ? function.dropping() : function.text;
  }

  /**
   * Whether a context that has only the kernel can run it: the kernel's codec writes the result.
   */
  boolean isPlain() {
    return !drops && !declared.takesCodec();
  }

  /** Whether a context needs the extended codec to write its result. */
  boolean takesCodec() {
    return !drops && declared.takesCodec();
  }

  /** Writes the beginning of a call whose arguments follow. */
  void begin(Encoder e, int arguments) {
    e.text(text());
    e.varint(arguments);
  }

  void writeArguments(Encoder e, Object... arguments) {
    e.varint(captured.length + arguments.length);
    for (int i = 0; i < captured.length; i++) {
      try {
        e.value(captured[i]);
      } catch (DeadException dead) {
        throw dead;
      } catch (RuntimeException notSendable) {
        throw new IllegalArgumentException(
            where + " captures " + captured(i) + ": " + notSendable.getMessage(), notSendable);
      }
    }
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] == null && takesPrimitive(arguments.length - i)) {
        throw new IllegalArgumentException(
            "argument "
                + (i + 1)
                + " of "
                + arguments.length
                + " for "
                + name
                + " is null, and the parameter is of a primitive type");
      }
      try {
        e.value(arguments[i]);
      } catch (DeadException dead) {
        throw dead;
      } catch (RuntimeException notSendable) {
        throw new IllegalArgumentException(
            "argument "
                + (i + 1)
                + " of "
                + arguments.length
                + " for "
                + name
                + ", "
                + described(arguments[i])
                + ": "
                + notSendable.getMessage(),
            notSendable);
      }
    }
  }

  /** Whether a parameter, counted from the last (1), has a primitive type. */
  private boolean takesPrimitive(int fromLast) {
    List<String> parameters = function.parameters();
    int i = parameters.size() - fromLast;
    return i >= 0 && parameters.get(i).length() == 1;
  }

  private String captured(int i) {
    if (capturesThis && i == 0) {
      String type = captured[0].getClass().getName();
      return "the enclosing object, of type "
          + type
          + ": make the method static, or "
          + type
          + " serializable, or copy what you need into local variables";
    }
    return described(captured[i]) + " (number " + (i + 1) + " of " + captured.length + ")";
  }

  private static String described(Object value) {
    Class<?> type = value.getClass();
    if (type.isSynthetic() && type.getInterfaces().length > 0) {
      String shape = type.getInterfaces()[0].getName();
      if (value instanceof Serializable) {
        return "a lambda of the type " + shape;
      }
      return "a lambda of the type "
          + shape
          + ", which is not serializable (use a functional interface that extends Serializable, or"
          + " cast it to ("
          + shape
          + " & Serializable))";
    }
    return "a value of type " + type.getTypeName();
  }
}
