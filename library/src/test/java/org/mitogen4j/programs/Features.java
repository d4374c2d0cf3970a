package org.mitogen4j.programs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mitogen4j.Functions.RemoteFunction0;

/** One function for each way in which a method can come to need another class. */
@SuppressWarnings({"StatementSwitchToExpressionSwitch", "ClassCanBeStatic", "ObjectToString"})
public final class Features {
  private Features() {}

  /** A function and its result. */
  public record Feature(String name, RemoteFunction0<Object> function, Object expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them. */
  public static List<Feature> all() {
    return List.of(
        new Feature("enum", () -> enumSwitch("BLUE"), "other special blue"),
        new Feature("exception", () -> exceptions(2), Thrown.class.getName()),
        new Feature("references", () -> references("t"), "t?latet!late-1"),
        new Feature("nest", () -> nest(1), 8),
        new Feature("virtual", () -> virtual(false), "pet:woofpet:woof..."),
        new Feature("callbacks", () -> jdkCallsBack(1), "result123"),
        new Feature("arrays", () -> arrays(1), "elementwLiteral1"),
        new Feature("records", () -> records(1), "Point[x=1, label=Label[text=a]] false"),
        new Feature("inner", () -> inner(1), "outer anonymous1"));
  }

  // ---- an enum in an old switch: javac makes a class Features$1 with a table

  enum Colour {
    RED,
    BLUE {
      @Override
      String text() {
        return "special blue";
      }
    };

    String text() {
      return "plain";
    }
  }

  public static String enumSwitch(String name) {
    Colour colour = Colour.valueOf(name);
    switch (colour) {
      case RED:
        return "red " + colour.text();
      default:
        return "other " + colour.text();
    }
  }

  // ---- exceptions that are only caught, only thrown, only declared

  static class Base extends Exception {
    private static final long serialVersionUID = 1;
  }

  static final class Caught extends Base {
    private static final long serialVersionUID = 1;
  }

  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static int declares(int n) throws Base {
    if (n > 1) {
      throw new Thrown();
    }
    return n;
  }

  public static String exceptions(int n) {
    try {
      return "fine " + declares(n);
    } catch (Caught e) {
      return "caught";
    } catch (Base | Thrown e) {
      return e.getClass().getName();
    }
  }

  // ---- lambdas and method references of all kinds

  static final class Maker implements Supplier<String> {
    private final String text;

    Maker(String text) {
      this.text = text;
    }

    private String secret(String more) {
      return text + more + new Late();
    }

    @Override
    public String get() {
      return secret("!");
    }
  }

  static final class Late {
    @Override
    public String toString() {
      return "late";
    }
  }

  public static String references(String text) {
    Function<String, Maker> constructor = Maker::new;
    Maker maker = constructor.apply(text);
    Function<String, String> bound = maker::secret;
    Function<Maker, String> unbound = Maker::get;
    Comparator<String> comparator = Comparator.comparing(Features::length);
    return bound.apply("?") + unbound.apply(maker) + comparator.compare("a", "bb");
  }

  static Integer length(String s) {
    return new Measure().of(s);
  }

  static final class Measure {
    int of(String s) {
      return s.length();
    }
  }

  // ---- members of a nest that use each other's private parts

  static final class Nest {
    private int hidden = 3;

    static final class Mate {
      int look(Nest other) {
        return other.hidden + other.calculate();
      }
    }

    private int calculate() {
      return 4;
    }
  }

  public static int nest(int n) {
    return n + new Nest.Mate().look(new Nest());
  }

  // ---- calls that only the kind of object decides

  interface Animal {
    String sound();

    default String twice() {
      return sound() + sound() + Echo.TEXT;
    }
  }

  static final class Echo {
    static final String TEXT = new String("...");
  }

  abstract static class Pet implements Animal {
    @Override
    public String sound() {
      return name() + ":" + call();
    }

    abstract String call();

    String name() {
      return "pet";
    }
  }

  static class Dog extends Pet {
    @Override
    String call() {
      return new Bark().toString();
    }
  }

  static final class Bark {
    @Override
    public String toString() {
      return "woof";
    }
  }

  /** Never made, so nothing of it is needed. */
  static final class Cat extends Pet {
    @Override
    String call() {
      return new Meow().toString();
    }
  }

  static final class Meow {}

  public static String virtual(boolean cat) {
    Animal animal = cat ? null : new Dog();
    return animal instanceof Cat ? "cat" : animal.twice();
  }

  // ---- what the JDK calls: threads, callables, comparators, iterators

  static final class Job implements Callable<String> {
    @Override
    public String call() {
      return new Result().text();
    }
  }

  static final class Result {
    String text() {
      return "result";
    }
  }

  static final class Numbers implements Iterable<Integer> {
    @Override
    public java.util.Iterator<Integer> iterator() {
      return new Steps();
    }
  }

  static final class Steps implements java.util.Iterator<Integer> {
    private int n;

    @Override
    public boolean hasNext() {
      return n < 3;
    }

    @Override
    public Integer next() {
      return n++;
    }
  }

  public static String jdkCallsBack(int n) throws Exception {
    List<Callable<String>> jobs = new ArrayList<>();
    jobs.add(new Job());
    StringBuilder s = new StringBuilder();
    for (Callable<String> job : jobs) {
      s.append(job.call());
    }
    for (int i : new Numbers()) {
      s.append(i + n);
    }
    return s.toString();
  }

  // ---- arrays, class literals, casts, static fields of a superclass

  static class Constants {
    static final List<String> WORDS = List.of("w");
  }

  static final class More extends Constants {}

  static final class Element {
    @Override
    public String toString() {
      return "element";
    }
  }

  static final class Literal {}

  public static String arrays(int n) {
    Element[][] grid = new Element[n][1];
    grid[0][0] = new Element();
    Object[] row = grid[0];
    return row[0] + More.WORDS.get(0) + Literal.class.getSimpleName() + ((Element[]) row).length;
  }

  // ---- records, text blocks of concatenation, inner and local classes

  record Point(int x, Label label) {
    Point {
      if (x < 0) {
        throw new Thrown();
      }
    }
  }

  record Label(String text) {}

  public static String records(int x) {
    class Local {
      String show(Point p) {
        return p + " " + p.equals(new Point(x, new Label("b")));
      }
    }
    return new Local().show(new Point(x, new Label("a")));
  }

  final class Inner {
    String text() {
      return outer()
          + new Object() {
            @Override
            public String toString() {
              return "anonymous";
            }
          };
    }
  }

  private String outer() {
    return "outer ";
  }

  public static String inner(int x) {
    return new Features().new Inner().text() + x;
  }

  // ---- values that are sent

  /** Sent as an argument; what it holds is known only from the value. */
  public static final class Parcel implements Serializable {
    private static final long serialVersionUID = 1;

    private final Object content;

    public Parcel(Object content) {
      this.content = content;
    }

    public String open() {
      return "contains " + content;
    }
  }

  /** What a parcel may hold. */
  public static final class Gift implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
      return "a gift" + new Wrapping();
    }

    private Object readResolve() {
      return new Unpacked().gift(this);
    }
  }

  static final class Unpacked {
    Gift gift(Gift g) {
      return g;
    }
  }

  static final class Wrapping {
    @Override
    public String toString() {
      return " in paper";
    }
  }

  /** A lambda as an argument. */
  public interface Step extends Serializable {
    String run(String in);
  }

  public static String parcel(Parcel parcel) {
    return parcel.open();
  }

  public static String step(Step step) {
    return step.run("in");
  }

  /** A lambda that needs another class, to be an argument. */
  public static Step aStep(int n) {
    return in -> in + n + new Late();
  }

  // ---- what nobody can foresee

  static final class Hidden {
    @Override
    public String toString() {
      return "hidden" + new Deeper();
    }
  }

  static final class Deeper {
    @Override
    public String toString() {
      return " and deeper";
    }
  }

  public static String byName(String name) throws Exception {
    return Class.forName(name).getDeclaredConstructor().newInstance().toString();
  }

  /** What {@link #byName} may be given. */
  public static String hiddenName() {
    return Features.class.getName() + "$Hidden";
  }
}
