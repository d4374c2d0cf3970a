package org.mitogen4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.Select;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Many messages, and long ones. */
final class MessageFigures {
  private static final int BLOCK = 64 << 20;
  private static final int TRANSFER = 16; // blocks: 1 GiB

  private MessageFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("message.pipelined", "calls/s", CallFigures::pipelined),
        new Figure("message.channel", "items/s", MessageFigures::channel),
        new Figure("message.overtake", "us", MessageFigures::overtake),
        new Figure("message.codec.time", "us", CodecBench::time),
        new Figure("message.codec.bytes", "bytes", CodecBench::bytes),
        new Figure("message.stalled", "MiB", MessageFigures::stalled),
        new Figure("message.scatter", "ms", MessageFigures::scatter));
  }

  private static Result channel() throws Exception {
    int items = 300_000;
    List<Double> rates = new ArrayList<>();
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      for (int i = -3; i < 7; i++) {
        double rate = channel(router, child, items);
        if (i >= 0) {
          rates.add(rate);
        }
      }
    }
    String note =
        String.format(Locale.ROOT, "7 times, %.0f to %.0f", Pairs.min(rates), Pairs.max(rates));
    return Result.of(Math.rint(Pairs.median(rates)), note);
  }

  /** How many items of 1 KiB come from a child in a second. */
  private static double channel(Router router, Context child, int items) {
    try (Receiver<byte[]> receiver = router.receiver(byte[].class)) {
      long start = System.nanoTime();
      Call<Void> sending = child.runAsync(Remote::send, receiver.sender(), 1024, items);
      for (int i = 0; i < items; i++) {
        receiver.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      sending.join();
      return items / seconds;
    }
  }

  private static Result stalled() throws Exception {
    List<Double> held = new ArrayList<>();
    for (int hops = 1; hops <= 3; hops++) {
      held.add(held(hops, 1024));
      held.add(held(hops, 1 << 20));
    }
    String note =
        String.format(
            Locale.ROOT,
            "MiB with items of 1 KiB and of 1 MiB: direct %.1f %.1f, over one more context %.1f"
                + " %.1f, over two more %.1f %.1f",
            held.toArray());
    return Result.of(Pairs.max(held), note);
  }

  /**
   * The MiB that a tree in this JVM grows by, when its last context sends without an end to a
   * reader here that takes an item a second.
   */
  private static double held(int hops, int size) throws Exception {
    try (Router router = Router.create()) {
      Context context = router.self();
      for (int i = 0; i < hops; i++) {
        context = context.connect(InProcess.create());
      }
      try (Receiver<byte[]> warm = router.receiver(byte[].class)) {
        context.run(Remote::send, warm.sender(), 16, 1);
      }
      long before = RoutingFigures.used();
      try (Receiver<byte[]> receiver = router.receiver(byte[].class)) {
        Call<Void> sending =
            context.runAsync(Remote::send, receiver.sender(), size, Integer.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
          receiver.get();
          Thread.sleep(1000);
        }
        if (sending.isDone()) {
          sending.join();
        }
        return (RoutingFigures.used() - before) / (double) (1 << 20);
      }
    }
  }

  private static Result overtake() throws Exception {
    byte[] block = new byte[BLOCK];
    Pairs pairs = new Pairs();
    for (int i = 0; i < 3; i++) { // each lands on its processors in its own way
      try (Router router = Router.create()) {
        Context child = router.connect(Local.create());
        pairs.measure(1, 3, () -> besideTransfer(child, block), () -> tail(child));
      }
    }
    return pairs.lessIsBetter();
  }

  /** The microseconds that 99 of 100 empty calls do not exceed. */
  private static double tail(Context child) {
    List<Double> micros = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      micros.add(CallFigures.sequential(child, 1));
    }
    return tail(micros);
  }

  private static double tail(List<Double> micros) {
    micros.sort(null);
    return micros.get(micros.size() * 99 / 100);
  }

  /** As above, while 1 GiB goes to the same child. */
  private static double besideTransfer(Context child, byte[] block)
      throws InterruptedException, ExecutionException {
    CompletableFuture<Void> transfer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < TRANSFER; i++) {
                child.call(Remote::length, block);
              }
            });
    List<Double> micros = new ArrayList<>();
    while (!transfer.isDone()) {
      micros.add(CallFigures.sequential(child, 1));
    }
    transfer.get();
    return tail(micros);
  }

  private static Result scatter() throws Exception {
    int calls = 1000;
    List<Double> times = new ArrayList<>();
    try (Router router = Router.create()) {
      List<Context> contexts = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        contexts.add(router.connectAsync(InProcess.create()));
      }
      List<Context> targets = new ArrayList<>();
      while (targets.size() < calls) {
        targets.addAll(contexts);
      }
      for (int i = -5; i < 9; i++) {
        double time = scatter(targets);
        if (i >= 0) {
          times.add(time);
        }
      }
    }
    String note =
        String.format(
            Locale.ROOT,
            "%d calls, 9 times, %.1f to %.1f",
            calls,
            Pairs.min(times),
            Pairs.max(times));
    return Result.of(Pairs.median(times), note);
  }

  private static double scatter(List<Context> targets) {
    long start = System.nanoTime();
    int answers = 0;
    try (Select<Integer> select = Select.all(targets, c -> c.callAsync(Remote::one))) {
      for (Reply<Integer> reply : select) {
        answers += reply.get();
      }
    }
    if (answers != targets.size()) {
      throw new IllegalStateException(answers + " answers to " + targets.size() + " calls");
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
