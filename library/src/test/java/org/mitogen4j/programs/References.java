package org.mitogen4j.programs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Function;
import org.mitogen4j.Context;
import org.mitogen4j.Functions.RemoteFunction0;
import org.mitogen4j.Functions.RemoteFunction1;
import org.mitogen4j.Functions.RemoteFunction2;

/** Calls of lambdas and method references as a program writes them. */
public final class References {
  private References() {}

  // ---- what can be called

  /** An interface with a default method. */
  public interface Greets {
    String name();

    default String greet(String more) {
      return "hello " + name() + more;
    }
  }

  /** A superclass with methods that are inherited. */
  public static class Person implements Greets, Serializable {
    private static final long serialVersionUID = 1;

    private final String name;

    public Person(String name) {
      this.name = name;
    }

    static String inherited(String text) {
      return "inherited " + text;
    }

    @Override
    public String name() {
      return name;
    }

    private String whisper() {
      return "psst " + name;
    }
  }

  /** Inherits all. */
  public static final class Child extends Person {
    private static final long serialVersionUID = 1;

    public Child(String name) {
      super(name);
    }
  }

  private static String secret(String text) {
    return "secret " + text;
  }

  private static String join(String... parts) {
    return String.join("+", parts);
  }

  private static <T extends Comparable<T>> String larger(T a, T b) {
    return String.valueOf(a.compareTo(b) > 0 ? a : b);
  }

  private static long widened(long n) {
    return n * 2;
  }

  // ---- how it is called

  public static Object staticPrivate(Context child) {
    return child.call(References::secret, "a");
  }

  public static Object bound(Context child) {
    return child.call(new Person("ann")::greet, "!");
  }

  public static Object boundPrivate(Context child) {
    return child.call(new Person("ann")::whisper);
  }

  public static Object unbound(Context child) {
    return child.call(Person::name, new Child("bob"));
  }

  public static Object interfaceDefault(Context child) {
    RemoteFunction2<Greets, String, String> greet = Greets::greet;
    return child.call(greet, new Child("bob"), "?");
  }

  public static Object inheritedStatic(Context child) {
    return child.call(Child::inherited, "text");
  }

  public static Object inheritedMethod(Context child) {
    RemoteFunction1<Child, String> name = Child::name;
    return child.call(name, new Child("bob"));
  }

  public static Object constructor(Context child) {
    return child.call(() -> new Child("bob").name());
  }

  public static Object constructorReference(Context child) {
    RemoteFunction1<String, StringBuilder> make = StringBuilder::new;
    return child.call(() -> make.call("built").toString());
  }

  public static Object varargs(Context child) {
    return child.call((RemoteFunction2<String, String, String>) References::join, "a", "b");
  }

  public static Object generic(Context child) {
    return child.call(References::<Integer>larger, 3, 4);
  }

  public static Object primitives(Context child) {
    RemoteFunction1<Integer, Long> twice = References::widened;
    return child.call(twice, 21);
  }

  public static Object jdkStatic(Context child) {
    return child.call((RemoteFunction1<String, String>) System::getProperty, "file.separator");
  }

  public static Object jdkUnbound(Context child) {
    return child.call((RemoteFunction1<String, String>) String::toUpperCase, "up");
  }

  public static Object jdkBound(Context child) {
    return child.call("text"::concat, "!");
  }

  public static Object nested(Context child) {
    int n = 3;
    RemoteFunction0<Integer> inner = () -> n + 1;
    return child.call(() -> inner.call() + 1);
  }

  public static Object anObject(Context child) {
    return child.call(new Twice(), "ab");
  }

  /** A function that is a class of its own. */
  public static final class Twice implements RemoteFunction1<String, String> {
    private static final long serialVersionUID = 1;

    @Override
    public String call(String s) {
      return s + s;
    }
  }

  // ---- what can't be sent

  /** Not serializable. */
  public static final class Handle {
    int number = 1;

    /** Its lambda captures this. */
    public Object capturesThis(Context child) {
      return child.call(() -> number + 1);
    }
  }

  public static Object capturesHandle(Context child, String name) {
    Handle handle = new Handle();
    return child.call(() -> name + handle.number);
  }

  public static Object capturesArray(Context child) {
    Handle[] handles = {new Handle()};
    return child.call(() -> Arrays.toString(handles));
  }

  public static Object capturesInALambda(Context child) {
    Handle handle = new Handle();
    RemoteFunction0<Integer> inner = () -> handle.number;
    return child.call(() -> inner.call());
  }

  public static Object capturesALambda(Context child) {
    Function<String, String> function = s -> s + s;
    return child.call(() -> function.apply("a"));
  }

  public static Object boundToAHandle(Context child) {
    return child.call(new Handle()::hashCode);
  }

  private static String apply(Function<String, String> function) {
    return function.apply("a");
  }

  public static Object aLambdaAsArgument(Context child) {
    return child.call(References::apply, (Function<String, String>) s -> s + s);
  }
}
