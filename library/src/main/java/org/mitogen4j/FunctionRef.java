package org.mitogen4j;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import org.mitogen4j.kernel.DeadException;
import org.mitogen4j.kernel.Encoder;

/** Which function a lambda or method reference stands for, and what it captured. */
final class FunctionRef {
  /** Lambdas that capture nothing are always the same. */
  private static final ClassValue<FunctionRef[]> FIXED =
      new ClassValue<FunctionRef[]>() {
        @Override
        protected FunctionRef[] computeValue(Class<?> type) {
          return new FunctionRef[1];
        }
      };

  final String className;

  /** As {@link org.mitogen4j.kernel.Calls} wants it. */
  final String name;

  private final Object[] captured;

  /** Where the lambda is written, for messages. */
  private final String where;

  private FunctionRef(String className, String method, String where, Object... captured) {
    this.className = className;
    this.name = className + "#" + method;
    this.where = where;
    this.captured = captured;
  }

  /** A method by its name and descriptor. */
  static FunctionRef of(Method m) {
    String descriptor =
        java.lang.invoke.MethodType.methodType(m.getReturnType(), m.getParameterTypes())
            .toMethodDescriptorString();
    String className = m.getDeclaringClass().getName();
    return new FunctionRef(className, m.getName() + descriptor, className);
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
    String method = lambda.getImplMethodName();
    String within = method.startsWith("lambda$") ? method.split("\\$")[1] : method;
    String capturing = lambda.getCapturingClass().replace('/', '.');
    FunctionRef ref =
        new FunctionRef(
            lambda.getImplClass().replace('/', '.'),
            method + lambda.getImplMethodSignature(),
            capturing + (method.startsWith("lambda$") ? "." + within : ""),
            captured);
    if (captured.length == 0) {
      fixed[0] = ref;
    }
    return ref;
  }

  private static FunctionRef ofObject(Serializable function, Class<?> shape) {
    for (Method m : shape.getMethods()) {
      if (java.lang.reflect.Modifier.isAbstract(m.getModifiers())) {
        FunctionRef ref = of(m);
        String method = ref.name.substring(ref.name.indexOf('#') + 1);
        return new FunctionRef(ref.className, method, function.getClass().getName(), function);
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

  /** Writes a call with these arguments; returns the class that it needs first. */
  String write(Encoder e, Object... arguments) {
    e.text(name);
    writeArguments(e, arguments);
    return className;
  }

  private void writeArguments(Encoder e, Object... arguments) {
    e.varint(captured.length + arguments.length);
    for (int i = 0; i < captured.length; i++) {
      try {
        e.value(captured[i]);
      } catch (DeadException dead) {
        throw dead;
      } catch (RuntimeException notSendable) {
        throw new IllegalArgumentException(
            "the function in "
                + where
                + " captures a value of type "
                + captured[i].getClass().getName()
                + " (number "
                + (i + 1)
                + " of "
                + captured.length
                + ") that can't be sent: "
                + notSendable.getMessage(),
            notSendable);
      }
    }
    for (Object argument : arguments) {
      e.value(argument);
    }
  }
}
