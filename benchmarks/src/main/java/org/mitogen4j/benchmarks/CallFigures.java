package org.mitogen4j.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Local;

/** Calls to a local child that is up. */
final class CallFigures {
  private static final int BULK = 64 << 20;
  private static final int CALLS = 1000;
  private static final int PROCESSES = 5;

  private CallFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("call.latency", "us", CallFigures::latency),
        new Figure("call.syscalls", "per-call", () -> counted(KernelCounters.SYSCALLS)),
        new Figure("call.wakeups", "per-call", () -> counted(KernelCounters.WAKEUPS)),
        new Figure("call.pipelined", "calls/s", CallFigures::pipelined),
        new Figure("call.bulk", "MiB/s", CallFigures::bulk),
        new Figure("call.bulk.syscalls", "per-MiB", () -> countedBulk(KernelCounters.SYSCALLS)),
        new Figure("call.bulk.wakeups", "per-MiB", () -> countedBulk(KernelCounters.WAKEUPS)));
  }

  private static Result latency() throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    Pairs pairs = new Pairs();
    for (int i = 0; i < PROCESSES; i++) { // each lands on its processors in its own way
      try (Router router = Router.create();
          Ping ping = new Ping(bare.start(BarePeer.class, "pong"))) {
        Context child = router.connect(Local.create());
        pairs.measure(8, 5, () -> sequential(child, CALLS), () -> ping.many(CALLS));
      }
    }
    return pairs.lessIsBetter();
  }

  /** What the kernel counts for a call, in both processes. */
  private static Result counted(KernelCounters counter) throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    Pairs pairs = new Pairs();
    try (Router router = Router.create();
        Ping ping = new Ping(bare.start(BarePeer.class, "pong"))) {
      Context child = router.connect(Local.create());
      long pid = child.call(Remote::pid);
      pairs.measure(
          4,
          9,
          () -> counter.during(pid, CALLS, () -> sequential(child, CALLS)),
          () -> counter.during(ping.process.pid(), CALLS, () -> ping.many(CALLS)));
    }
    return pairs.lessIsBetter();
  }

  /** As above, for each MiB of a block that is an argument. */
  private static Result countedBulk(KernelCounters counter) throws Exception {
    byte[] block = new byte[BULK];
    Pairs pairs = new Pairs();
    Process sink = BareJvm.likeLocalChildren().start(BarePeer.class, String.valueOf(BULK));
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      long pid = child.call(Remote::pid);
      pairs.measure(
          2,
          5,
          () -> counter.during(pid, BULK >> 20, () -> send(child, block)),
          () -> counter.during(sink.pid(), BULK >> 20, () -> write(sink, block)));
    } finally {
      sink.destroy();
    }
    return pairs.lessIsBetter();
  }

  /** The time of a call, in microseconds. */
  static double sequential(Context child, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      child.run(Empty::run);
    }
    return (System.nanoTime() - start) / 1e3 / calls;
  }

  /** A ping-pong whose answers are read by a thread of their own. */
  static final class Ping implements AutoCloseable {
    private final Process process;
    private final HandOver answers = new HandOver();
    private volatile boolean closed;

    Ping(Process process) {
      this.process = process;
      Thread reading = new Thread(this::read, "ping");
      reading.setDaemon(true);
      reading.start();
    }

    private void read() {
      try {
        BarePeer.readPings(process.getInputStream(), answers);
      } catch (IOException e) {
        if (!closed) {
          System.err.println("ping-pong ended: " + e);
        }
      }
    }

    double many(int times) throws Exception {
      OutputStream out = process.getOutputStream();
      byte[] ping = new byte[BarePeer.PING];
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        out.write(ping);
        out.flush();
        answers.take();
      }
      return (System.nanoTime() - start) / 1e3 / times;
    }

    @Override
    public void close() {
      closed = true;
      process.destroy();
    }
  }

  static Result pipelined() throws Exception {
    int calls = 100_000;
    List<Double> rates = new ArrayList<>();
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      for (int i = -3; i < 7; i++) {
        double rate = pipelined(child, calls);
        if (i >= 0) {
          rates.add(rate);
        }
      }
    }
    String note =
        String.format(Locale.ROOT, "7 times, %.0f to %.0f", Pairs.min(rates), Pairs.max(rates));
    return Result.of(Math.rint(Pairs.median(rates)), note);
  }

  /** Calls a second, when none waits for another. */
  static double pipelined(Context child, int calls) {
    List<Call<Void>> pending = new ArrayList<>(calls);
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      pending.add(child.runAsync(Empty::run));
    }
    for (Call<Void> call : pending) {
      call.join();
    }
    return calls * 1e9 / (System.nanoTime() - start);
  }

  private static Result bulk() throws Exception {
    BareJvm bare = BareJvm.likeLocalChildren();
    byte[] block = new byte[BULK];
    Pairs pairs = new Pairs();
    for (int i = 0; i < PROCESSES; i++) {
      Process sink = bare.start(BarePeer.class, String.valueOf(BULK));
      try (Router router = Router.create()) {
        Context child = router.connect(Local.create());
        pairs.measure(3, 5, () -> send(child, block), () -> write(sink, block));
      } finally {
        sink.destroy();
      }
    }
    return pairs.moreIsBetter();
  }

  /** MiB a second, of a block that is an argument. */
  static double send(Context child, byte[] block) throws IOException {
    long start = System.nanoTime();
    int arrived = child.call(Remote::length, block);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (arrived != block.length) {
      throw new IOException(arrived + " of " + block.length + " bytes arrived");
    }
    return (block.length >> 20) / seconds;
  }

  static double write(Process sink, byte[] block) throws IOException {
    long start = System.nanoTime();
    OutputStream out = sink.getOutputStream();
    for (int i = 0; i < block.length; i += BarePeer.BLOCK) {
      out.write(block, i, BarePeer.BLOCK);
    }
    out.flush();
    if (sink.getInputStream().read() < 0) {
      throw new EOFException("the other end of the pipe has ended");
    }
    return (block.length >> 20) / ((System.nanoTime() - start) / 1e9);
  }
}
