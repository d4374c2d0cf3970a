package org.mitogen4j.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.ReceiveQueue;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.parent.Parent;

/**
 * Reads an input as all that a child ever sends, on a stream of a master's router. Whatever it is:
 * the stream ends with it, nothing of the child is left, no thread of the library dies, and another
 * child is served as before.
 */
public final class FrameFuzz {
  private static final Logger LOG = Logger.getLogger("org.mitogen4j");
  private static final int MESSAGE_LIMIT = 1 << 20;
  private static final int CHILD = 1;
  private static final int MAX_PAYLOAD = 512;
  private static final AtomicReference<Throwable> DIED = new AtomicReference<>();

  static {
    LOG.setLevel(Level.OFF);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> DIED.compareAndSet(null, e));
  }

  private FrameFuzz() {}

  /** An input: how it is to be read, and some frames. */
  static byte[] seed(Random random) {
    byte[] frames = new Frames(random, CHILD).some(1 + random.nextInt(20));
    return ByteBuffer.allocate(1 + frames.length).put((byte) random.nextInt()).put(frames).array();
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    byte[] sent = java.util.Arrays.copyOfRange(input, 1, input.length);
    if ((input[0] & 1) != 0) {
      mendLengths(sent);
    }
    ContextRuntime master =
        Master.create(FrameFuzz.class.getClassLoader(), MESSAGE_LIMIT, false, 0, 16);
    Parent parent = Parent.of(master);
    try {
      check(parent.starts.plan(0, InProcess.create()) == CHILD, "the first child is " + CHILD);
      FakeChild other = new FakeChild(master, parent.starts.plan(0, InProcess.create()));
      master.router.open(new ReceiveQueue(master, CHILD));
      master.router.open(new ReceiveQueue(master, ReceiveQueue.ANYBODY));
      long handlers = made(master);

      Link stream = master.routing.routes.get(CHILD);
      stream.attach(new Pieces(sent, 1 + (input[0] & 0xff)), OutputStream.nullOutputStream());
      stream.begin(new byte[0]);
      stream.run();

      check(stream.dead() != null, "its stream ends");
      await(() -> parent.known.size() == 1, "neither it nor what was below it is known");
      await(() -> master.routing.routes.get(CHILD) == null, "there is no way to it");
      check(made(master) == handlers, "no handler is left");
      check(other.stream.dead() == null, "the other's stream lives");
      check(isNumber(other.ask(Handle.ALLOCATE, varint(1000))), "the other is served");
      other.stream.end(new EndCause(EndCause.SHUT_DOWN, "that was all"));
    } finally {
      parent.close();
      master.close();
    }
    Throwable died = DIED.getAndSet(null);
    if (died != null) {
      throw new AssertionError("a thread died", died);
    }
  }

  /** The number of handlers but those that each context has, some of which are made when needed. */
  private static long made(ContextRuntime context) {
    return context.router.handlers.keySet().stream()
        .filter(handle -> handle >= Handle.FIRST_FREE)
        .count();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }

  /** For what another thread may have begun to do, at the child's wish. */
  private static void await(BooleanSupplier condition, String what) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      check(System.nanoTime() < until, what);
      Thread.onSpinWait();
    }
  }

  /** Makes frames of what would break off at the first length: so that what they say matters. */
  private static void mendLengths(byte[] sent) {
    for (int at = 0; at + Header.SIZE <= sent.length; ) {
      int length =
          Math.min(Header.getInt(sent, at) & MAX_PAYLOAD - 1, sent.length - at - Header.SIZE);
      Header.putInt(sent, at, length);
      at += Header.SIZE + length;
    }
  }

  private static byte[] varint(long value) {
    Encoder e = new Encoder(null, true);
    e.varint(value);
    return Frames.bytes(e);
  }

  private static boolean isNumber(byte[] reply) {
    return reply.length > 0 && reply.length <= 5;
  }

  /** Gives a limited number of bytes at a time, whatever frames they belong to. */
  private static final class Pieces extends InputStream {
    private final ByteArrayInputStream all;
    private final int most;

    Pieces(byte[] all, int most) {
      this.all = new ByteArrayInputStream(all);
      this.most = most;
    }

    @Override
    public int read() {
      return all.read();
    }

    @Override
    public int read(byte[] b, int off, int len) {
      return all.read(b, off, Math.min(len, most));
    }
  }
}
