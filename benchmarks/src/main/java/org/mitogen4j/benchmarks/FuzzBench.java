package org.mitogen4j.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Bootstrap;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.Connection;
import org.mitogen4j.connect.ConnectionMethod;
import org.mitogen4j.connect.InProcess;

/**
 * Feeds a router with what hostile children might send: frames that were made well and then
 * damaged. Whatever comes, the child's end is noticed, and another context goes on working.
 */
public final class FuzzBench {
  private static final int BATCH = 50;
  private static final Logger LOG = Logger.getLogger("mitogen");

  private FuzzBench() {}

  /** Runs for so long, and prints what was done; a failure names the seed that repeats it. */
  static void run(PrintStream out, Duration time) throws Exception {
    long until = System.nanoTime() + time.toNanos();
    long seed = System.nanoTime();
    long inputs = 0;
    long values = 0;
    while (System.nanoTime() < until) {
      inputs += inputs(seed, 10_000);
      out.println("fuzz.inputs " + inputs + " frames");
      values += CodecFuzz.inputs(seed++, 100_000);
      out.println("fuzz.values " + values + " messages");
    }
  }

  /** Feeds so many frames; the same seed makes the same frames. */
  static long inputs(long seed, int count) throws Exception {
    Level level = LOG.getLevel();
    LOG.setLevel(Level.OFF);
    try (Router router = Router.create()) {
      Context honest = router.connect(InProcess.create());
      for (int i = 0; i < count; i += BATCH) {
        try {
          feed(router, honest, new Random(seed * 1_000_003 + i));
        } catch (Exception | AssertionError e) {
          throw new AssertionError("the frames of seed " + seed + ", batch " + i, e);
        }
      }
      return count;
    } finally {
      LOG.setLevel(level);
    }
  }

  private static void feed(Router router, Context honest, Random random) throws Exception {
    Context fuzzed = null;
    try {
      fuzzed = router.connect(new Fuzzed(random));
    } catch (ConnectException e) {
      // it ended before it was seen to be up
    }
    if (honest.callAsync(FuzzBench::twice, 21).get(20, TimeUnit.SECONDS) != 42) {
      throw new AssertionError("a wrong answer");
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (fuzzed != null && router.contexts().size() > 1) {
      if (System.nanoTime() > until) {
        throw new AssertionError("still there: " + router);
      }
      Thread.onSpinWait();
    }
  }

  static int twice(int n) {
    return 2 * n;
  }

  private static final class Fuzzed extends ConnectionMethod<Fuzzed> {
    private static final long serialVersionUID = 1;

    private final transient Random random;

    Fuzzed(Random random) {
      this.random = random;
    }

    @Override
    public Connection open(Bootstrap bootstrap) {
      return new Frames(bootstrap, new Damage(random).frames(bootstrap, BATCH));
    }

    @Override
    public String defaultName() {
      return "fuzzed";
    }

    @Override
    public String toString() {
      return "fuzzed";
    }
  }

  /** A child that has said all it ever will. */
  private static final class Frames implements Connection {
    private final byte[] settings;
    private final InputStream in;

    Frames(Bootstrap bootstrap, byte[] said) {
      settings = bootstrap.settings();
      in = new ByteArrayInputStream(said);
    }

    @Override
    public InputStream input() {
      return in;
    }

    @Override
    public OutputStream output() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public byte[] preamble() {
      return settings;
    }

    @Override
    public InputStream errors() {
      return null;
    }

    @Override
    public ConnectException failure(boolean reached, String printed, String errors) {
      return new ConnectException(ConnectException.Reason.OTHER, "it has said all");
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
