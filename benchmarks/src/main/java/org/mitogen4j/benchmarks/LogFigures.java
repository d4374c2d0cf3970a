package org.mitogen4j.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.Context;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.mitogen4j.Router;
import org.mitogen4j.Shell;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Local;

/** What local children log and print. */
final class LogFigures {
  private static final int RECORDS = 300_000;
  private static final int LINES = 2_000_000;
  private static final int STATEMENTS = 1_000_000;
  private static final int ROUNDS = 20;

  private LogFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("logs.disabled", "ns", LogFigures::disabled),
        new Figure("logs.records", "records/s", LogFigures::records),
        new Figure("logs.lines", "lines/s", LogFigures::lines));
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
