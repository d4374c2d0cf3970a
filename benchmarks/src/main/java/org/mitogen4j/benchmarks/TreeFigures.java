package org.mitogen4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.parent.start.Starts;

/** What contexts behind contexts cost, how fast many start, and how fast all end. */
final class TreeFigures {
  private static final int CHAINS = 3;
  private static final int CALLS = 1000;
  private static final int BLOCK = 64 << 20;
  private static final int MANY = 50;
  private static final int FEW = 200;
  private static final int THOUSAND = 1000;

  private TreeFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("tree.latency.1", "us", () -> latency(1)),
        new Figure("tree.latency.2", "us", () -> latency(2)),
        new Figure("tree.latency.3", "us", () -> latency(3)),
        new Figure("tree.bulk", "MiB/s", TreeFigures::bulk),
        new Figure("tree.death", "s", TreeFigures::death),
        new Figure("tree.routing", "ns", RoutingFigures::routing),
        new Figure("tree.memory", "bytes", RoutingFigures::memory),
        new Figure("tree.inprocess", "ms", TreeFigures::inProcess),
        new Figure("tree.fanout", "ms", TreeFigures::fanOut));
  }

  // ---- hops

  /** Beside the same through JVMs that pass on what they read; says the ratio to a direct call. */
  private static Result latency(int hops) throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    Pairs pairs = new Pairs();
    List<Double> direct = new ArrayList<>();
    for (int i = 0; i < CHAINS; i++) { // each lands on its processors in its own way
      try (Router router = Router.create();
          CallFigures.Ping ping = new CallFigures.Ping(passing(bare, hops, "pong"))) {
        Context first = router.connect(Local.create());
        Context far = behind(first, hops);
        pairs.measure(8, 5, () -> CallFigures.sequential(far, CALLS), () -> ping.many(CALLS));
        for (int j = 0; j < 5; j++) {
          direct.add(CallFigures.sequential(first, CALLS));
        }
      }
    }
    return pairs
        .lessIsBetter()
        .and(String.format(Locale.ROOT, "a direct call takes %.1f us", Pairs.median(direct)));
  }

  private static Process passing(BareJvm bare, int hops, String last) throws IOException {
    List<String> command = bare.command(BarePeer.class, List.of(last));
    for (int i = 0; i < hops; i++) {
      List<String> arguments = new ArrayList<>(List.of("pass"));
      arguments.addAll(command);
      command = bare.command(BarePeer.class, arguments);
    }
    return BareJvm.start(command);
  }

  private static Context behind(Context direct, int hops) throws IOException {
    Context context = direct;
    for (int i = 0; i < hops; i++) {
      context = context.connect(Local.create());
    }
    return context;
  }

  /** A block to a context behind two others, beside the same through JVMs that pass it on. */
  private static Result bulk() throws Exception {
    byte[] block = new byte[BLOCK];
    BareJvm bare = BareJvm.likeLocalChildren();
    Pairs pairs = new Pairs();
    List<Double> direct = new ArrayList<>();
    for (int i = 0; i < CHAINS; i++) {
      Process sink = passing(bare, 2, String.valueOf(BLOCK));
      try (Router router = Router.create()) {
        Context first = router.connect(Local.create());
        Context far = behind(first, 2);
        pairs.measure(
            2, 5, () -> CallFigures.send(far, block), () -> CallFigures.write(sink, block));
        for (int j = 0; j < 5; j++) {
          direct.add(CallFigures.send(first, block));
        }
      } finally {
        sink.destroy();
      }
    }
    return pairs
        .moreIsBetter()
        .and(String.format(Locale.ROOT, "direct %.0f MiB/s", Pairs.median(direct)));
  }

  // ---- the end

  private static Result death() throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      seconds.add(kill());
    }
    String note =
        String.format(Locale.ROOT, "3 times, %.2f to %.2f", Pairs.min(seconds), Pairs.max(seconds));
    return Result.of(Pairs.median(seconds), note);
  }

  /** The seconds from the SIGKILL of a master to the end of the last process of its tree. */
  private static double kill() throws IOException, InterruptedException {
    Process master = BareJvm.plain().start(Master.class);
    List<ProcessHandle> tree = new ArrayList<>();
    try {
      BufferedReader said = master.inputReader();
      if (said.readLine() == null) {
        throw new IOException("the master of the tree has ended");
      }
      tree.addAll(master.descendants().collect(Collectors.toList()));
      if (tree.size() < Master.TREE) {
        throw new IOException("a tree of " + tree.size() + " processes");
      }
      long start = System.nanoTime();
      master.destroyForcibly();
      while (tree.stream().anyMatch(TreeFigures::lives)) {
        if (System.nanoTime() - start > 30e9) {
          throw new IOException(tree.stream().filter(TreeFigures::lives).count() + " live on");
        }
        Thread.sleep(5);
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      master.destroyForcibly();
      tree.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** Whether a process runs; one that is only waiting to be buried does not. */
  private static boolean lives(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (NoSuchFileException e) {
      return Files.notExists(Path.of("/proc/self")) && process.isAlive();
    } catch (IOException e) {
      return false; // it went while its file was being read
    }
  }

  /** A master with a tree, 30 contexts of which are at depth 3. */
  static final class Master {
    static final int TREE = 2 + 2 * 3 + 2 * 3 * 5;

    private Master() {}

    public static void main(String[] args) throws Exception {
      try (Router router = Router.create()) {
        List<Call<Void>> calls = new ArrayList<>();
        for (Context first : children(router.self(), 2)) {
          for (Context second : children(first, 3)) {
            for (Context third : children(second, 5)) {
              calls.add(third.runAsync(Empty::run));
            }
          }
        }
        calls.forEach(Call::join);
        System.out.println("ready");
        System.in.read();
      }
    }

    private static List<Context> children(Context parent, int count) {
      List<Context> children = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        children.add(parent.connectAsync(Local.create()));
      }
      return children;
    }
  }

  // ---- many

  private static Result inProcess() throws Exception {
    inProcess(FEW);
    List<InProcessRun> few = new ArrayList<>();
    List<InProcessRun> many = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      few.add(inProcess(FEW));
      many.add(inProcess(THOUSAND));
    }
    double ratio = each(many, r -> r.up) / THOUSAND / (each(few, r -> r.up) / FEW);
    String note =
        String.format(
            Locale.ROOT,
            "%d contexts until all had answered, and ended after %.0f; %d: %.0f, and ended after"
                + " %.0f; ratio of time per context %.2f; %.0f KiB of heap per context",
            FEW,
            each(few, r -> r.ended),
            THOUSAND,
            each(many, r -> r.up),
            each(many, r -> r.ended),
            ratio,
            each(many, r -> r.kib));
    return Result.of(each(few, r -> r.up), note);
  }

  private static double each(List<InProcessRun> runs, ToDoubleFunction<InProcessRun> figure) {
    return Pairs.median(runs.stream().map(figure::applyAsDouble).collect(Collectors.toList()));
  }

  /** What some contexts in one process took. */
  private static final class InProcessRun {
    /** Milliseconds until all had answered. */
    double up;

    /** Milliseconds that closing took. */
    double ended;

    /** Heap per context. */
    double kib;
  }

  private static InProcessRun inProcess(int contexts) {
    InProcessRun run = new InProcessRun();
    long before = heap();
    long start = System.nanoTime();
    long close;
    try (Router router = Router.create()) {
      callEach(router, InProcess.create(), contexts);
      run.up = (System.nanoTime() - start) / 1e6;
      run.kib = (heap() - before) / 1024.0 / contexts;
      close = System.nanoTime();
    }
    run.ended = (System.nanoTime() - close) / 1e6;
    return run;
  }

  /** Bytes of the heap that are reachable. */
  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void callEach(Router router, ConnectionMethod<?> method, int contexts) {
    List<Call<Void>> calls = new ArrayList<>();
    for (int i = 0; i < contexts; i++) {
      calls.add(router.connectAsync(method).runAsync(Empty::run));
    }
    calls.forEach(Call::join);
  }

  private static Result fanOut() throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    try (Folder folder = new Folder()) {
      List<String> command = bare.command(BareJvm.jar(folder.path, BareMain.class), BareMain.class);
      return new Pairs().measure(1, 5, TreeFigures::children, () -> bare(command)).lessIsBetter();
    }
  }

  private static double children() {
    try (Router router = Router.create()) {
      long start = System.nanoTime();
      callEach(router, Local.create(), MANY);
      return (System.nanoTime() - start) / 1e6;
    }
  }

  /** As many bare JVMs, as many at a time. */
  private static double bare(List<String> command) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(Starts.MAX_CONNECTING);
    try {
      long start = System.nanoTime();
      List<Future<Double>> runs = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        runs.add(pool.submit(() -> ConnectFigures.time(command)));
      }
      for (Future<Double> run : runs) {
        run.get();
      }
      return (System.nanoTime() - start) / 1e6;
    } finally {
      pool.shutdownNow();
    }
  }
}
