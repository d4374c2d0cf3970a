package org.mitogen4j.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.Call;
import org.mitogen4j.Cancellation;
import org.mitogen4j.Context;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.mitogen4j.Router;
import org.mitogen4j.Shell;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Local;

/** Figures of the logs and the output of local children. */
final class LogFigures {
  private static final int RECORDS = 300_000;
  private static final int LINES = 2_000_000;
  private static final int STATEMENTS = 1_000_000;
  private static final int ROUNDS = 20;
  private static final int CHILDREN = 8;
  private static final int CALLS = 2_000;

  /** The lines and records, with {@link #TEXT}, of each child. */
  private static final int SAID = 20_000;

  private static final String TEXT =
      "a line of one hundred characters, as programs print it when they tell what they do, and why"
          + " so";

  private LogFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("logs.disabled", "ns", LogFigures::disabled),
        new Figure("logs.records", "records/s", LogFigures::records),
        new Figure("logs.lines", "lines/s", LogFigures::lines),
        new Figure("logs.overtake", "us", LogFigures::overtake),
        new Figure("logs.memory", "MiB", LogFigures::memory));
  }

  /** Counts what it gets. */
  private static final class Counter implements LogBackend {
    private final AtomicLong count = new AtomicLong();

    @Override
    public boolean isLoggable(String logger, Level level) {
      return true;
    }

    @Override
    public void log(ContextLogRecord record) {
      count.incrementAndGet();
    }

    @Override
    public Map<String, Level> levels() {
      return Collections.singletonMap("", Level.INFO);
    }

    void await(long records) throws InterruptedException {
      while (count.get() < records) {
        Thread.sleep(1);
      }
    }
  }

  static double disabledNanos() {
    Logger logger = Logger.getLogger("benchmark.disabled");
    long best = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < STATEMENTS; i++) {
        logger.fine("nobody wants it");
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return (double) best / STATEMENTS;
  }

  private static Result disabled() throws Exception {
    String javasOwn = "-Djava.util.logging.manager=java.util.logging.LogManager";
    try (Router router = Router.create().logTo(new Counter())) {
      Context plain = router.connect(Local.create().jvmArguments(javasOwn));
      double floor = plain.call(LogFigures::disabledNanos);
      double nanos = router.connect(Local.create()).call(LogFigures::disabledNanos);
      String how = "the best of " + ROUNDS + ", floor: a child with Java's own log manager";
      return new Result(nanos, floor, nanos / floor, how);
    }
  }

  static void log(int records) {
    Logger logger = Logger.getLogger("benchmark.records");
    for (int i = 0; i < records; i++) {
      logger.info("a short record");
    }
  }

  private static Result records() throws Exception {
    Counter counter = new Counter();
    try (Router router = Router.create().logTo(counter)) {
      Context child = router.connect(Local.create());
      child.run(LogFigures::log, RECORDS);
      counter.await(RECORDS);
      long start = System.nanoTime();
      child.run(LogFigures::log, RECORDS);
      counter.await(2L * RECORDS);
      double seconds = (System.nanoTime() - start) / 1e9;
      return Result.of(RECORDS / seconds, RECORDS + " records of one child, the second time");
    }
  }

  private static Result lines() throws Exception {
    String command = "yes | head -n " + LINES;
    Counter counter = new Counter();
    try (Router router = Router.create().logTo(counter)) {
      Context child = router.connect(Local.create());
      child.run(Shell::check, command);
      counter.await(LINES);
      long start = System.nanoTime();
      child.run(Shell::check, command);
      counter.await(2L * LINES);
      double rate = LINES / ((System.nanoTime() - start) / 1e9);
      double floor = floor(command);
      return new Result(rate, floor, floor / rate, "floor: a pipe and a BufferedReader");
    }
  }

  static void nothing() {}

  /** Prints and logs a line each, again and again, until its call is cancelled. */
  static void flood() {
    Logger logger = Logger.getLogger("benchmark.flood");
    while (Cancellation.reason() == null) {
      System.out.println(TEXT);
      logger.info(TEXT);
    }
  }

  private static double percentile99(Context context) {
    double[] micros = new double[CALLS];
    for (int i = -CALLS / 10; i < CALLS; i++) {
      long start = System.nanoTime();
      context.run(LogFigures::nothing);
      micros[Math.max(0, i)] = (System.nanoTime() - start) / 1e3;
    }
    Arrays.sort(micros);
    return micros[CALLS * 99 / 100];
  }

  private static Result overtake() throws Exception {
    Counter counter = new Counter();
    try (Router router = Router.create().logTo(counter)) {
      List<Context> children = children(router);
      Context quiet = router.connect(Local.create());
      double floor = percentile99(quiet);
      List<Call<Void>> floods = new ArrayList<>();
      for (Context child : children) {
        floods.add(child.runAsync(LogFigures::flood));
      }
      counter.await(RECORDS / 10);
      double flooded = percentile99(quiet);
      floods.forEach(flood -> flood.cancel(true));
      return new Result(
          flooded, floor, flooded / floor, "p99 while " + CHILDREN + " flood; floor: idle");
    }
  }

  private static List<Context> children(Router router) throws Exception {
    List<Context> children = new ArrayList<>();
    for (int i = 0; i < CHILDREN; i++) {
      children.add(router.connect(Local.create()));
    }
    return children;
  }

  /** A master that does not take anything until it is told to. */
  private static final class Blocked implements LogBackend {
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicLong count = new AtomicLong();

    @Override
    public boolean isLoggable(String logger, Level level) {
      return true;
    }

    @Override
    public void log(ContextLogRecord record) {
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      count.incrementAndGet();
    }

    @Override
    public Map<String, Level> levels() {
      return Collections.singletonMap("", Level.INFO);
    }
  }

  static void say(int lines) {
    Logger logger = Logger.getLogger("benchmark.say");
    for (int i = 0; i < lines; i++) {
      System.out.println(TEXT);
      logger.info(TEXT);
    }
  }

  private static double usedMiB() throws InterruptedException {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(50); // what was freed is seen a little later
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
    }
    return least;
  }

  private static Result memory() throws Exception {
    Blocked slow = new Blocked();
    try (Router router = Router.create().logTo(slow)) {
      List<Context> children = children(router);
      for (Context child : children) {
        child.run(LogFigures::nothing);
      }
      double idle = usedMiB();
      List<Call<Void>> calls = new ArrayList<>();
      for (Context child : children) {
        calls.add(child.runAsync(LogFigures::say, SAID));
      }
      double most = 0;
      for (int i = 0; i < 5; i++) {
        most = Math.max(most, usedMiB() - idle);
      }
      boolean waits = calls.stream().noneMatch(Call::isDone);
      slow.released.countDown();
      calls.forEach(Call::join);
      long all = 2L * SAID * CHILDREN;
      for (long end = System.nanoTime() + 60_000_000_000L;
          slow.count.get() < all && System.nanoTime() < end; ) {
        Thread.sleep(1);
      }
      String how = slow.count + " of " + all + " arrived, all wait: " + waits;
      return Result.of(most, how);
    }
  }

  private static double floor(String command) throws Exception {
    long start = System.nanoTime();
    Process process = new ProcessBuilder("sh", "-c", command).start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      long read = reader.lines().count();
      return read / ((System.nanoTime() - start) / 1e9);
    }
  }
}
