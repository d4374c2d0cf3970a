package org.mitogen4j.internal.context.functions;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Finds and invokes functions that are not static methods of the named class. */
public final class FunctionInvoker {

  public FunctionInvoker() {}

  /** A function whose result the caller does not want. */
  private static final class Dropping {
    final Object function;

    Dropping(Object function) {
      this.function = function;
    }
  }

  /** Completes with null when another stage completes: that stage's value is dropped. */
  private static final class Drop extends CompletableFuture<Object>
      implements BiConsumer<Object, Throwable> {
    @Override
    public void accept(Object result, Throwable failure) {
      if (failure == null) {
        complete(null);
      } else {
        completeExceptionally(failure);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the caller awaits a result that is a future
  public Object invoke(Object function, Object[] args) throws ReflectiveOperationException {
    if (!(function instanceof Dropping)) {
      return call(function, args);
    }
    Object result = call(((Dropping) function).function, args);
    if (!(result instanceof CompletionStage)) {
      return null;
    }
    Drop end = new Drop();
    ((CompletionStage<?>) result).whenComplete(end);
    return end;
  }

  private static Object call(Object function, Object[] args) throws ReflectiveOperationException {
    if (function instanceof Constructor) {
      return ((Constructor<?>) function).newInstance(args);
    }
    if (Modifier.isStatic(((Method) function).getModifiers())) {
      return ((Method) function).invoke(null, args);
    }
    return ((Method) function).invoke(args[0], Arrays.copyOfRange(args, 1, args.length));
  }

  public Object find(Class<?> type, String method, String descriptor) throws NoSuchMethodException {
    if (method.charAt(0) == FunctionName.DROPS) {
      return new Dropping(find(type, method.substring(1), descriptor));
    }
    if (method.equals("<init>")) {
      for (Constructor<?> c : type.getDeclaredConstructors()) {
        if (descriptor.equals(FunctionName.descriptor(c.getParameterTypes(), void.class))) {
          open(type, c);
          return c;
        }
      }
    }
    Method found = inherited(type, method, descriptor);
    if (found == null) {
      throw new NoSuchMethodException(
          type.getName()
              + "."
              + method
              + descriptor
              + ": the class here is another version than the caller's");
    }
    open(found.getDeclaringClass(), found);
    return found;
  }

  private static void open(Class<?> type, java.lang.reflect.AccessibleObject member) {
    if (type.getClassLoader() == FunctionInvoker.class.getClassLoader()) {
      member.setAccessible(true); // members of the JDK's classes can't be opened
    }
  }

  private static Method inherited(Class<?> type, String method, String descriptor) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method m : c.getDeclaredMethods()) {
        if (m.getName().equals(method) && descriptor.equals(FunctionName.descriptor(m))) {
          return m;
        }
      }
    }
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Class<?> i : c.getInterfaces()) {
        Method found = inherited(i, method, descriptor);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
