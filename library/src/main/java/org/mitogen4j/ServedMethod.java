package org.mitogen4j;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;

/** An exposed method. */
final class ServedMethod {
  private final Method method;
  private final Exposed exposed;

  ServedMethod(Method method) {
    this.method = method;
    exposed = method.getAnnotation(Exposed.class);
    method.setAccessible(true); // its class need not be public
  }

  Exposed.To to() {
    return exposed.to();
  }

  Exposed.Run how() {
    return exposed.run();
  }

  Type parameter(int i) {
    return method.getGenericParameterTypes()[i];
  }

  Object invoke(Object service, Object[] arguments)
      throws InvocationTargetException, IllegalAccessException {
    return method.invoke(service, arguments);
  }

  @Override
  public String toString() {
    return method.getDeclaringClass().getName() + "." + method.getName();
  }
}
