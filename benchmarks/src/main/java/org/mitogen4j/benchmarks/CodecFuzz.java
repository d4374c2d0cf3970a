package org.mitogen4j.benchmarks;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.mitogen4j.context.FullContext;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.master.Master;

/**
 * Reads what hostile children might send as values: messages that were made well and then damaged,
 * and bytes by chance. Each is read, or refused with an {@link IllegalArgumentException}.
 */
final class CodecFuzz {
  private static final int CHILD = 7;

  record Node(int id, String name, Object value, List<Node> children, DayOfWeek day) {}

  private CodecFuzz() {}

  /** Reads so many messages; the same seed makes the same. */
  static long inputs(long seed, int count) {
    FullContext context = Master.create(CodecFuzz.class.getClassLoader(), 1 << 27, false, 0, 16);
    try {
      for (int i = 0; i < count; i++) {
        Random random = new Random(seed * 1_000_003 + i);
        byte[] bytes = random.nextInt(4) == 0 ? chance(random) : damaged(context, random);
        Decoder d = new Decoder(context.router, new Message(null, CHILD, CHILD, 0, 0, 0, bytes));
        d.expected = Node.class;
        try {
          d.value();
        } catch (IllegalArgumentException refused) {
          // as it should be
        } catch (RuntimeException | Error e) {
          throw new AssertionError("the value of seed " + seed + ", number " + i, e);
        }
      }
      return count;
    } finally {
      context.close();
    }
  }

  private static byte[] chance(Random random) {
    byte[] bytes = new byte[random.nextInt(400)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(random.nextInt(5) == 0 ? 256 : 68); // tags, most of them
    }
    return bytes;
  }

  private static byte[] damaged(FullContext context, Random random) {
    Encoder e = new Encoder(context.router, false);
    List<Object> values = new ArrayList<>();
    for (int n = random.nextInt(6); n >= 0; n--) {
      values.add(value(random, 0));
    }
    e.value(values);
    byte[] bytes = FullContext.join(e);
    for (int n = random.nextInt(5); n >= 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 ->
            Arrays.fill(bytes, at, Math.min(at + random.nextInt(10), bytes.length), (byte) -1);
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(30), bytes.length - Math.max(from, at));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return random.nextInt(10) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private static Object value(Random r, int depth) {
    return switch (r.nextInt(depth > 3 ? 12 : 16)) {
      case 0 -> null;
      case 1 -> r.nextInt();
      case 2 -> "text \u00e4 " + r.nextInt(100);
      case 3 -> "\uD83D";
      case 4 -> new BigDecimal("1.5");
      case 5 -> new UUID(r.nextLong(), 1);
      case 6 -> Instant.ofEpochSecond(r.nextInt());
      case 7 -> ZonedDateTime.of(2024, 1, 1, 1, 1, 1, 1, ZoneId.of("Europe/Berlin"));
      case 8 -> new long[r.nextInt(9)];
      case 9 -> new String[][] {{"a", null}, {}};
      case 10 -> new IllegalStateException("e", new RuntimeException());
      case 11 -> DayOfWeek.of(r.nextInt(7) + 1);
      case 12 -> Map.of("k", Optional.of(value(r, depth + 1) == null), 2, 3.0f);
      case 13 -> new LinkedHashSet<>(Arrays.asList(value(r, depth + 1), value(r, depth + 1)));
      default -> node(r, depth);
    };
  }

  private static Node node(Random r, int depth) {
    List<Node> children = new ArrayList<>();
    for (int n = depth > 3 ? 0 : r.nextInt(4); n > 0; n--) {
      children.add(node(r, depth + 1));
    }
    String name = r.nextInt(5) == 0 ? null : "node-" + r.nextInt(1000) + ".txt";
    DayOfWeek day = r.nextBoolean() ? null : DayOfWeek.MONDAY;
    return new Node(r.nextInt(100), name, value(r, depth + 1), children, day);
  }
}
