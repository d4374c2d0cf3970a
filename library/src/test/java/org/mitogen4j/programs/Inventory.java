package org.mitogen4j.programs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Ssh;

/** A program in one file: what builds the tree and what runs in it stand side by side. */
public final class Inventory {
  private Inventory() {}

  /** Uses a superclass, an interface, an enum in a switch, exceptions and a lambda. */
  public static String report(String name) {
    Item item = new Item();
    item.weight = name.length();
    List<Item> items = new ArrayList<>(Arrays.asList(item, new Item()));
    Collections.sort(items);
    Size size = name.isEmpty() ? Size.SMALL : Size.LARGE;
    Shape shape = new Square();
    StringBuilder s = new StringBuilder();
    Runnable line =
        () -> {
          switch (size) {
            case SMALL -> s.append("small");
            case LARGE -> s.append(new Label()).append(' ');
          }
        };
    line.run();
    return s.toString() + items + " " + shape.area();
  }

  /** Takes an object whose class the child does not know yet. */
  public static String take(Order order) {
    return order.lines.get(0).toString() + order.first();
  }

  /** Is not called, and needs much of the library. */
  public static Context grow(Router router) throws Exception {
    Other.use(router.connect(Ssh.host("nowhere")));
    return router.connect(InProcess.create());
  }

  /** Starts a child and calls a function there. */
  public static String nested(String name) throws Exception {
    Context child = Router.current().connect(InProcess.create());
    return child.call(Inventory::report, name);
  }

  enum Size {
    SMALL,
    LARGE
  }

  interface Shape {
    int area();
  }

  static final class Square implements Shape {
    @Override
    public int area() {
      return 4;
    }
  }

  /** An area that nobody asks for. */
  static final class Circle implements Shape {
    @Override
    public int area() {
      return Pi.rounded();
    }
  }

  static final class Pi {
    static int rounded() {
      return 3;
    }
  }

  static class Thing {
    int weight;
  }

  static final class Item extends Thing implements Comparable<Item> {
    @Override
    public int compareTo(Item other) {
      return Order.compare(weight, other.weight);
    }

    @Override
    public String toString() {
      try {
        throw new Heavy(weight);
      } catch (Heavy e) {
        return e.getMessage();
      }
    }
  }

  static final class Heavy extends Exception {
    private static final long serialVersionUID = 1;

    Heavy(int weight) {
      super("item of " + weight);
    }
  }

  static final class Label {
    @Override
    public String toString() {
      return "large";
    }
  }

  /** An argument. */
  public static final class Order implements Serializable {
    private static final long serialVersionUID = 1;

    private final ArrayList<Serializable> lines = new ArrayList<>();

    public Order() {
      lines.add(new Line());
    }

    static int compare(int a, int b) {
      return Integer.compare(a, b);
    }

    private String first() {
      return ", the first of " + lines.size();
    }
  }

  static final class Line implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
      return "a line";
    }
  }

  static final class Other {
    static void use(Context context) {
      System.out.println(context + " " + new Circle().area());
    }
  }
}
