package org.mitogen4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.parent.Parent;

/** What a large tree costs the master's router. */
final class RoutingFigures {
  private static final int LARGE = 100_000;
  private static final int SMALL = 10;
  private static final int FRAMES = 100_000;

  private RoutingFigures() {}

  /** A master with two children, behind which the rest of a tree is. */
  private static final class Tree implements AutoCloseable {
    final ContextRuntime master =
        Master.create(
            RoutingFigures.class.getClassLoader(),
            RouterOptions.defaults().messageLimit(),
            false,
            0,
            16);
    final FakeChild from = new FakeChild(master, 1);
    final FakeChild to = new FakeChild(master, 2);
    private final byte[] frames;

    /** Half of the contexts are behind each of the two. */
    Tree(int contexts) throws Exception {
      for (int id = 3; id <= contexts; id++) {
        FakeChild via = id % 2 == 1 ? from : to;
        master.routing.plan(id, via.stream.peer, via.stream);
      }
      Random random = new Random(contexts);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < FRAMES; i++) {
        int src = 1 + 2 * random.nextInt(contexts / 2);
        int dst = 2 + 2 * random.nextInt(contexts / 2);
        all.writeBytes(FakeChild.frame(dst, src, Handle.FIRST_FREE, 0, new byte[32]));
      }
      frames = all.toByteArray();
    }

    /** Nanoseconds for each message from somewhere behind the one to somewhere behind the other. */
    double pass() throws InterruptedException {
      long before = to.frames();
      long start = System.nanoTime();
      from.send(frames);
      to.awaitFrames(before + FRAMES);
      return (double) (System.nanoTime() - start) / FRAMES;
    }

    @Override
    public void close() {
      Parent.of(master).close();
      master.close();
    }
  }

  static Result routing() throws Exception {
    try (Tree large = new Tree(LARGE);
        Tree small = new Tree(SMALL)) {
      return new Pairs().measure(20, 31, large::pass, small::pass).lessIsBetter();
    }
  }

  /** The heap that each context takes that has said it is there, and nothing more. */
  static Result memory() throws Exception {
    int block = 1000; // ids that a child is given at a time
    try (Tree tree = new Tree(2)) {
      add(tree.from, firstId(tree.from, block) + SMALL, 1); // the first ids are the two children
      long before = used();
      for (int i = 0; i < LARGE / block; i++) {
        add(tree.from, firstId(tree.from, block), block);
      }
      int known = tree.master.routing.routes.size();
      if (known < LARGE) {
        throw new IllegalStateException("only " + known + " contexts are known");
      }
      double bytes = (double) (used() - before) / LARGE;
      String note = String.format(Locale.ROOT, "the heap's growth by %d contexts", LARGE);
      return Result.of(Math.rint(bytes), note);
    }
  }

  private static int firstId(FakeChild child, int block) throws InterruptedException {
    Encoder e = new Encoder(null, true);
    e.varint(block);
    byte[] reply = child.ask(Handle.ALLOCATE, payload(e));
    int id = 0;
    for (int i = 0; i < reply.length; i++) {
      id |= (reply[i] & 127) << 7 * i;
    }
    return id;
  }

  /** Says that contexts have come up behind a child. */
  private static void add(FakeChild child, int first, int count) throws InterruptedException {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int id = first; id < first + count; id++) {
      Encoder e = new Encoder(null, true);
      e.all(new Object[] {id, 1, "17.0.15", "deploy", 4711, "ssh.web" + id, "ssh web" + id});
      frames.writeBytes(FakeChild.frame(0, 1, Handle.ADD_ROUTE, 0, payload(e)));
    }
    child.send(frames.toByteArray());
    child.ask(Handle.ALLOCATE, new byte[] {1}); // answered when all before it was read
  }

  private static byte[] payload(Encoder e) {
    return Arrays.copyOfRange(e.buf, Header.SIZE, e.len);
  }

  /** The bytes in this JVM's heap that are in use. */
  static long used() throws InterruptedException {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(100);
      long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      used = Math.min(used, now);
    }
    return used;
  }
}
