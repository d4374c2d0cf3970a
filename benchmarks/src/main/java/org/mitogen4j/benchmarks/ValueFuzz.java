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
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.master.Master;

/**
 * Reads an input as a value that a child sends: it is read, or refused with an {@link
 * IllegalArgumentException}.
 */
public final class ValueFuzz {
  private static final int CHILD = 7;

  record Node(int id, String name, Object value, List<Node> children, DayOfWeek day) {}

  private static final ContextRuntime CONTEXT =
      Master.create(ValueFuzz.class.getClassLoader(), 1 << 27, false, 0, 16);

  private ValueFuzz() {}

  /** An input: some values. */
  static byte[] seed(Random random) {
    List<Object> values = new ArrayList<>();
    for (int n = random.nextInt(6); n >= 0; n--) {
      values.add(value(random, 0));
    }
    Encoder e = new Encoder(CONTEXT.router, false);
    e.value(values);
    return FragmentedSend.join(e);
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    Decoder d = new Decoder(CONTEXT.router, new Message(null, CHILD, CHILD, 0, 0, 0, input));
    d.expected = Node.class;
    try {
      d.value();
    } catch (IllegalArgumentException refused) {
      // as it should be
    }
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
