package corners;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mitogen4j.Context;

/** What class loading has in corners. Compiled by tests. */
public class Corners {
  public static Object call(Context in, String function, String argument) throws Exception {
    switch (function) {
      case "parallel": return in.call(Corners::parallel, Integer.parseInt(argument));
      case "interrupted": return in.call(Corners::interrupted);
      case "initializer": return in.call(Corners::initializer);
      case "shapes": return in.call(Corners::shapes);
      case "split": return in.call(Corners::split);
      case "load": return in.call(Corners::load, argument);
      case "place": return in.call(Corners::place, argument);
      case "resource": return in.call(Corners::resource, argument);
      default: throw new IllegalArgumentException(function);
    }
  }

  /** Loads generated classes, which need each other, from many threads in many orders. */
  static String parallel(int classes) throws Exception {
    int threads = 16;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch all = new CountDownLatch(threads);
    List<Future<Integer>> sums = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int seed = t;
      Callable<Integer> work =
          () -> {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < classes; i++) {
              order.add(i);
            }
            Collections.shuffle(order, new Random(seed));
            all.countDown();
            all.await();
            int sum = 0;
            for (int i : order) {
              sum += (int) Class.forName("corners.many.C" + i).getMethod("sum").invoke(null);
            }
            return sum;
          };
      sums.add(pool.submit(work));
    }
    TreeSet<Integer> different = new TreeSet<>();
    for (Future<Integer> sum : sums) {
      different.add(sum.get());
    }
    pool.shutdown();
    return different.toString();
  }

  static String interrupted() throws Exception {
    Thread.currentThread().interrupt();
    String name = Class.forName("corners.many.C0").getSimpleName();
    return name + " " + Thread.interrupted();
  }

  static class Fails {
    static int value = Integer.parseInt("no number");
  }

  static String initializer() {
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try {
        said.add(String.valueOf(Fails.value));
      } catch (LinkageError e) {
        said.add(e.getClass().getSimpleName());
      }
    }
    return said.toString();
  }

  sealed interface Shape permits Circle, Square {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  enum Operation {
    PLUS {
      @Override
      int apply(int a, int b) {
        return a + b;
      }
    },
    TIMES {
      @Override
      int apply(int a, int b) {
        return a * b;
      }
    };

    abstract int apply(int a, int b);
  }

  private static class Mate {
    private int secret = 7;
  }

  static String shapes() throws Exception {
    Shape shape = new Circle(2);
    int secret = new Mate().secret + (int) Mate.class.getDeclaredField("secret").get(new Mate());
    String kind = "";
    for (Operation each : Operation.values()) {
      switch (each) {
        case PLUS -> kind += each.apply(2, 3);
        case TIMES -> kind += each.apply(2, 3);
      }
    }
    return shape
        + " "
        + Shape.class.getPermittedSubclasses().length
        + " "
        + kind
        + " "
        + secret
        + " "
        + Mate.class.getNestHost().getSimpleName();
  }

  /** Uses a class that only its package sees, and that another jar has. */
  static String split() {
    return Hidden.text()
        + " "
        + Arrays.asList(end(Corners.class), end(Hidden.class))
        + " "
        + (Corners.class.getPackage() == Hidden.class.getPackage());
  }

  private static String end(Class<?> type) {
    String text = type.getProtectionDomain().getCodeSource().getLocation().toString();
    return text.substring(text.lastIndexOf('/') + 1);
  }

  static String load(String name) throws Exception {
    return Class.forName(name).getName();
  }

  static String place(String name) throws Exception {
    Class<?> type = Class.forName(name);
    return type.getMethod("text").invoke(null)
        + " "
        + type.getProtectionDomain().getCodeSource().getLocation();
  }

  static boolean resource(String name) {
    return Corners.class.getClassLoader().getResource(name) != null;
  }
}
