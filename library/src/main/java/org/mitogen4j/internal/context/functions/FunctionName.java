package org.mitogen4j.internal.context.functions;

import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of a function. In messages it is one text: class, method and descriptor, separated by
 * {@value #SEPARATOR}, which the JVM allows in no name of a class or method (JVMS 4.2). Names of
 * hidden classes have a slash in them.
 */
public final class FunctionName {
  public static final char SEPARATOR = ';';

  /** Stands before the method's name if the caller does not want its result; begins no name. */
  public static final char DROPS = '/';

  /** With dots. */
  public final String className;

  public final String method;

  /** As in class files (JVMS 4.3.3). */
  public final String descriptor;

  /** The form in messages. */
  public final String text;

  public FunctionName(String className, String method, String descriptor) {
    this.className = className;
    this.method = method;
    this.descriptor = descriptor;
    text = className + SEPARATOR + method + SEPARATOR + descriptor;
  }

  /** The name of a method in a class that declares or inherits it. */
  public static FunctionName of(String className, Method m) {
    return new FunctionName(className, m.getName(), descriptor(m));
  }

  /** The method that a lambda or method reference stands for. */
  public static FunctionName of(SerializedLambda lambda) {
    return new FunctionName(
        lambda.getImplClass().replace('/', '.'),
        lambda.getImplMethodName(),
        lambda.getImplMethodSignature());
  }

  /** Reads {@link #text}; null when it is something else, such as the name of a class. */
  public static FunctionName of(String text) {
    int method = text.indexOf(SEPARATOR);
    int descriptor = text.indexOf(SEPARATOR, method + 1);
    return method < 0 || descriptor < 0
        ? null
        : new FunctionName(
            text.substring(0, method),
            text.substring(method + 1, descriptor),
            text.substring(descriptor + 1));
  }

  /** The form in messages if the caller does not want the result. */
  public String dropping() {
    return className + SEPARATOR + DROPS + method + SEPARATOR + descriptor;
  }

  /** The descriptors of the parameters' types. */
  public List<String> parameters() {
    List<String> types = new ArrayList<>();
    for (int at = 1; descriptor.charAt(at) != ')'; ) {
      int end = end(descriptor, at);
      types.add(descriptor.substring(at, end));
      at = end;
    }
    return types;
  }

  /** The descriptor of the result's type. */
  public String result() {
    return result(descriptor);
  }

  /** The descriptor of the result's type in a method's descriptor. */
  public static String result(String descriptor) {
    int at = 1;
    while (descriptor.charAt(at) != ')') {
      at = end(descriptor, at);
    }
    return descriptor.substring(at + 1);
  }

  /** Where the type that begins there ends. Names of classes may have parentheses in them. */
  private static int end(String descriptor, int begin) {
    int at = begin;
    while (descriptor.charAt(at) == '[') {
      at++;
    }
    return descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
  }

  /** The method's name and descriptor, which together identify it in its class. */
  public String key() {
    return method + descriptor;
  }

  public static String descriptor(Method m) {
    return descriptor(m.getParameterTypes(), m.getReturnType());
  }

  /** A method descriptor as in class files. */
  public static String descriptor(Class<?>[] parameters, Class<?> result) {
    return MethodType.methodType(result, parameters).toMethodDescriptorString();
  }

  /** The form for error messages and logs: class, {@code #}, method and descriptor. */
  @Override
  public String toString() {
    return className + "#" + method + descriptor;
  }
}
