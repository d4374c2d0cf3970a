package org.mitogen4j.benchmarks;

import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mitogen4j.ClassTraffic;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/**
 * Measures the cost of the classes of large libraries: bytes on a link that children share,
 * milliseconds behind a slow link, and bytes in the heap of the master.
 */
final class SharedClassFigures {
  private static final int CHILDREN = 20;
  private static final int FAR_MILLIS = 50;

  /** The number of children of which the delayed time is the median. */
  private static final int FAR_CHILDREN = 3;

  private static final long LEARNED_NANOS = 10_000_000_000L;

  private SharedClassFigures() {}

  static List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    for (String library : List.of("jackson", "lucene", "spring", "hazelcast")) {
      figures.add(new Figure("classes." + library + ".time.delayed", "ms", () -> delayed(library)));
    }
    figures.add(new Figure("classes.fanout", "B", SharedClassFigures::fanout));
    figures.add(new Figure("classes.search.cold", "ms", () -> search(0)));
    figures.add(new Figure("classes.search.warm", "ms", () -> search(1)));
    figures.add(new Figure("classes.search.kept", "MiB", SharedClassFigures::kept));
    return figures;
  }

  private static void awaitLearned(Context child) throws InterruptedException {
    long until = System.nanoTime() + LEARNED_NANOS;
    while (!child.classTraffic().isComplete() && System.nanoTime() < until) {
      Thread.sleep(50);
    }
  }

  /** Calls a function in a second child, behind a link with a round-trip time of 100 ms. */
  private static Result delayed(String library) throws Exception {
    String type = ClassFigures.type(library);
    try (Folder folder = new Folder();
        Sshd sshd = new Sshd(folder.path, FAR_MILLIS);
        URLClassLoader loader = ClassFigures.loader();
        Router router = Router.create()) {
      Class<?> function = loader.loadClass(type);
      Context first = router.connect(Local.create().name("first"));
      first.call(function, "run");
      awaitLearned(first);
      double[] times = new double[FAR_CHILDREN];
      ClassTraffic traffic = null;
      for (int i = 0; i < FAR_CHILDREN; i++) {
        Context far = router.connect(sshd.method(Sshd.FAR).name("far"));
        far.run(Empty::run);
        long start = System.nanoTime();
        far.call(function, "run");
        times[i] = (System.nanoTime() - start) / 1e6;
        traffic = far.classTraffic();
      }
      double took = ClassFigures.median(times);
      double floor = ClassFigures.plain(type) + 2 * FAR_MILLIS;
      return new Result(
          took, floor, took / floor, "floor: a plain JVM and one round trip; " + traffic);
    }
  }

  /** Bytes sent to a parent while all of its children run one function, compared with one child. */
  private static Result fanout() throws Exception {
    double one = toParent(1);
    double all = toParent(CHILDREN);
    return new Result(all, one, all / one, CHILDREN + " children below one; floor: for one child");
  }

  private static double toParent(int children) throws Exception {
    try (URLClassLoader loader = ClassFigures.loader();
        Router router = Router.create()) {
      Class<?> function = loader.loadClass(ClassFigures.type("jackson"));
      Context parent = router.connect(InProcess.create());
      List<Context> below = new ArrayList<>();
      for (int i = 0; i < children; i++) {
        below.add(parent.connect(InProcess.create()));
        below.get(i).run(Empty::run);
      }
      long before = parent.info().traffic().bytesSent();
      ExecutorService threads = Executors.newFixedThreadPool(children);
      List<Future<?>> calls = new ArrayList<>();
      for (Context child : below) {
        calls.add(threads.submit(() -> child.call(function, "run")));
      }
      threads.shutdown();
      for (Future<?> call : calls) {
        call.get();
      }
      return parent.info().traffic().bytesSent() - before;
    }
  }

  /** Searches for what Spring's function needs, in a fresh JVM, twice. */
  private static Result search(int which) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ClassSearch.class.getName(),
                "spring")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    process.waitFor();
    String[] numbers = out.split(" ");
    return Result.of(Double.parseDouble(numbers[which]), numbers[2] + " classes found");
  }

  private static double used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20);
  }

  private static Result kept() throws Exception {
    try (URLClassLoader loader = ClassFigures.loader();
        Router router = Router.create()) {
      Class<?> function = loader.loadClass(ClassFigures.type("spring"));
      Context child = router.connect(Local.create());
      child.run(Empty::run);
      double before = used();
      child.call(function, "run");
      awaitLearned(child);
      return Result.of(used() - before, "of the heap, after Spring's first child");
    }
  }
}
