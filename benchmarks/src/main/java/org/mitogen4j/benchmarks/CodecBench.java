package org.mitogen4j.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.mitogen4j.context.FullContext;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.master.Master;

/**
 * A list of 1,000 small records, as a child returns a directory's listing: written and read. The
 * floor is Java serialization.
 */
final class CodecBench {
  private static final int ITEMS = 1000;
  private static final int ROUNDS = 2000;
  private static final int WARM_UP = 4000;
  private static final int CHILD = 7;

  record Item(int id, String name, long size, boolean dir) implements Serializable {}

  private CodecBench() {}

  /** Names as they stand in a folder: some in a row, some not, sorted; sizes of any magnitude. */
  private static List<Item> items() {
    String[] stems = {"report", "IMG_", "backup-", "access.log.", "invoice", "chapter", "", "x"};
    String[] ends = {".pdf", ".jpg", ".tar.gz", "", ".txt", ".class", ".md"};
    Random random = new Random(42);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      String stem = stems[random.nextInt(stems.length)];
      int number = random.nextInt(10000);
      String middle = random.nextInt(4) == 0 ? Integer.toString(number * 77777, 36) : "" + number;
      names.add(stem + middle + ends[random.nextInt(ends.length)]);
    }
    names.sort(Comparator.naturalOrder());
    List<Item> items = new ArrayList<>();
    for (String name : names) {
      boolean dir = !name.contains(".");
      long size = dir ? 4096 : random.nextLong(1L << random.nextInt(8, 30));
      items.add(new Item(items.size(), name, size, dir));
    }
    return items;
  }

  static void run(PrintStream out) {
    List<Item> items = items();
    FullContext context = Master.create(CodecBench.class.getClassLoader(), 1 << 27, false, 0, 16);
    try {
      MessageRouter router = context.router;
      byte[] ours = write(router, items);
      byte[] floor = serialize(items);
      if (!read(router, ours).equals(items) || !deserialize(floor).equals(items)) {
        throw new IllegalStateException("what was read is not what was written");
      }
      double[] times =
          medians(() -> read(router, write(router, items)), () -> deserialize(serialize(items)));
      line(out, "message.codec.time", times[0], "us", times[1]);
      line(out, "message.codec.bytes", ours.length, "bytes", floor.length);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      context.close();
    }
  }

  private static byte[] write(MessageRouter router, Object value) {
    Encoder e = new Encoder(router, false);
    e.value(value);
    return FullContext.join(e);
  }

  private static Object read(MessageRouter router, byte[] bytes) {
    Decoder d = new Decoder(router, new Message(null, CHILD, CHILD, 0, 0, 0, bytes));
    d.expected = Item.class;
    return d.value();
  }

  private static byte[] serialize(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static Object deserialize(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  /** Of two pieces of work that take turns, in microseconds. */
  private static double[] medians(Callable<?> first, Callable<?> second) throws Exception {
    long[][] times = new long[2][ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
      long begin = System.nanoTime();
      first.call();
      long middle = System.nanoTime();
      second.call();
      long end = System.nanoTime();
      if (i >= 0) {
        times[0][i] = middle - begin;
        times[1][i] = end - middle;
      }
    }
    Arrays.sort(times[0]);
    Arrays.sort(times[1]);
    return new double[] {times[0][ROUNDS / 2] / 1000.0, times[1][ROUNDS / 2] / 1000.0};
  }

  private static void line(PrintStream out, String name, double value, String unit, double floor) {
    out.printf(
        Locale.ROOT, "%s %.0f %s floor=%.0f ratio=%.2f%n", name, value, unit, floor, value / floor);
  }

  /** Measures these figures alone. */
  public static void main(String[] args) {
    run(System.out);
  }
}
