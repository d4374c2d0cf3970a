package org.mitogen4j.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.master.Master;

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

  /** Microseconds to write and to read. */
  static Result time() throws Exception {
    return measure(true);
  }

  /** Bytes that it is written in. */
  static Result bytes() throws Exception {
    return measure(false);
  }

  private static Result measure(boolean time) throws Exception {
    List<Item> items = items();
    ContextRuntime context =
        Master.create(CodecBench.class.getClassLoader(), 1 << 27, false, 0, 16);
    try {
      MessageRouter router = context.router;
      byte[] ours = write(router, items);
      byte[] floor = serialize(items);
      if (!read(router, ours).equals(items) || !deserialize(floor).equals(items)) {
        throw new IllegalStateException("what was read is not what was written");
      }
      Pairs pairs = new Pairs();
      return time
          ? pairs
              .measure(
                  WARM_UP,
                  ROUNDS,
                  () -> micros(() -> read(router, write(router, items))),
                  () -> micros(() -> deserialize(serialize(items))))
              .lessIsBetter()
          : pairs.measure(0, 1, () -> ours.length, () -> floor.length).lessIsBetter();
    } finally {
      context.close();
    }
  }

  private static byte[] write(MessageRouter router, Object value) {
    Encoder e = new Encoder(router, false);
    e.value(value);
    return FragmentedSend.join(e);
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

  private static double micros(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e3;
  }
}
