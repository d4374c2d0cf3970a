package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is written is read again; whatever else is read harms nobody. */
class ExtendedCodecPropertyTest {
  record Leaf(int id, String name, long size, boolean dir, double ratio, byte b, char c, short s) {}

  record Node(Object value, String label, DayOfWeek day, List<Object> children, Node next) {}

  record Key(String text, int hash) {
    @Override
    public int hashCode() {
      return hash & 1;
    }
  }

  private static Wire wire;

  @BeforeContainer
  static void open() {
    wire = new Wire().allowTypes(Leaf.class, Node.class, Key.class);
  }

  @AfterContainer
  static void close() {
    wire.close();
  }

  // ---- what is written is read

  private static final String[] NAMES = {
    null,
    "",
    "a",
    "ab",
    "a?b",
    "file-1.txt",
    "file-12.txt",
    "file-123.txt",
    "\uD83D\uDE00",
    "\uD83D"
  };

  private static Object value(Random r, int depth) {
    int kinds = depth > 4 ? 16 : 24;
    return switch (r.nextInt(kinds)) {
      case 16 -> list(r, depth, () -> value(r, depth + 1));
      case 17 -> list(r, depth, () -> leaf(r));
      case 18 -> list(r, depth, () -> node(r, depth + 1));
      case 19 -> new LinkedHashSet<>(list(r, depth, () -> scalar(r)));
      case 20 -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int n = r.nextInt(5); n > 0; n--) {
          map.put(scalar(r), value(r, depth + 1));
        }
        yield map;
      }
      case 21 -> Optional.ofNullable(value(r, depth + 1));
      case 22 -> leaf(r);
      case 23 -> node(r, depth + 1);
      default -> scalar(r);
    };
  }

  private static List<Object> list(Random r, int depth, Supplier<?> elements) {
    List<Object> list = new ArrayList<>();
    for (int n = r.nextInt(depth > 2 ? 3 : 20); n > 0; n--) {
      list.add(elements.get());
    }
    return list;
  }

  private static String text(Random r) {
    if (r.nextBoolean()) {
      return NAMES[r.nextInt(NAMES.length)];
    }
    StringBuilder s = new StringBuilder();
    for (int n = r.nextInt(100); n > 0; n--) {
      s.append((char) r.nextInt(r.nextInt(10) == 0 ? 0x10000 : 128));
    }
    return s.toString();
  }

  private static Object scalar(Random r) {
    return switch (r.nextInt(16)) {
      case 0 -> r.nextInt();
      case 1 -> r.nextInt(100);
      case 2 -> r.nextLong();
      case 3 -> Double.longBitsToDouble(r.nextLong());
      case 4 -> Float.intBitsToFloat(r.nextInt());
      case 5 -> (byte) r.nextInt();
      case 6 -> (short) r.nextInt();
      case 7 -> (char) r.nextInt();
      case 8 -> r.nextBoolean();
      case 9 -> DayOfWeek.of(r.nextInt(7) + 1);
      case 10 -> new BigInteger(r.nextInt(200), r);
      case 11 -> new BigDecimal(new BigInteger(r.nextInt(200), r), r.nextInt(50) - 25);
      case 12 -> new UUID(r.nextLong(), r.nextLong());
      case 13 -> Instant.ofEpochSecond(r.nextInt(), r.nextInt(1_000_000_000));
      case 14 -> Duration.ofSeconds(r.nextLong());
      default -> text(r);
    };
  }

  private static Leaf leaf(Random r) {
    boolean small = r.nextBoolean();
    return new Leaf(
        small ? r.nextInt(3) : r.nextInt(),
        text(r),
        small ? 4096 : r.nextLong(),
        r.nextBoolean(),
        small ? 0 : r.nextGaussian(),
        (byte) r.nextInt(small ? 2 : 256),
        (char) r.nextInt(),
        (short) r.nextInt(small ? 2 : 1 << 16));
  }

  private static Node node(Random r, int depth) {
    return new Node(
        value(r, depth + 1),
        text(r),
        r.nextInt(3) == 0 ? null : DayOfWeek.of(r.nextInt(7) + 1),
        r.nextBoolean() ? null : list(r, depth, () -> value(r, depth + 1)),
        depth > 4 || r.nextBoolean() ? null : node(r, depth + 1));
  }

  @Property(tries = 3000)
  void whatIsWrittenIsRead(@ForAll Random random) {
    Object value = value(random, 0);
    assertThat(wire.<Object>up(value)).isEqualTo(value);
    assertThat(wire.<Object>down(value)).isEqualTo(value);
  }

  // ---- what else is read harms nobody

  @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    readOrRefuse(bytes);
  }

  /** Begins as a type does, so that more of the codec is reached. */
  @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
  void bytesThatAreTagsMostlyAreReadOrRefused(@ForAll Random random) {
    byte[] bytes = new byte[random.nextInt(300)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(random.nextInt(5) == 0 ? 256 : 66);
    }
    readOrRefuse(bytes);
  }

  @Property(tries = 600, shrinking = ShrinkingMode.OFF)
  void mutatedMessagesAreReadOrRefused(@ForAll Random random) {
    Object value = value(random, 0);
    byte[] whole = wire.write(Arrays.asList(value, everything(), value));
    for (int i = 0; i < 10; i++) {
      readOrRefuse(mutated(whole, random));
    }
  }

  private static List<Object> everything() {
    List<Object> all = new ArrayList<>(ValuesTest.values());
    all.add(List.of(new Leaf(1, "a", 2, true, 3, (byte) 4, '5', (short) 6)));
    all.add(new Node("v", "l", DayOfWeek.MONDAY, List.of(), null));
    all.add(new Leaf[0]);
    all.add(Map.of(new Key("a", 1), new Key("b", 1)));
    all.add(new IllegalStateException("e", new RuntimeException()));
    all.add(new BigDecimal(BigInteger.TEN, 5));
    return all;
  }

  private static byte[] mutated(byte[] whole, Random random) {
    byte[] b = whole.clone();
    for (int n = random.nextInt(4) + 1; n > 0; n--) {
      int at = random.nextInt(b.length);
      switch (random.nextInt(5)) {
        case 0 -> b[at] = (byte) random.nextInt(256);
        case 1 -> b[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> b = Arrays.copyOf(b, at + 1);
        case 3 -> {
          int length = Math.min(random.nextInt(20), b.length - at);
          System.arraycopy(b, random.nextInt(b.length - length + 1), b, at, length);
        }
        default -> Arrays.fill(b, at, Math.min(at + 9, b.length), (byte) 255);
      }
    }
    return b;
  }

  static void readOrRefuse(byte[] bytes) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      wire.read(bytes);
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotNull();
    }
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(taken).isLessThan((4 << 20) + 2000L * bytes.length);
  }
}
