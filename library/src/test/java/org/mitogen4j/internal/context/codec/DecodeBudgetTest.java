package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;

/** Reading a message takes time and memory that grow with its bytes, whatever they say. */
@Timeout(60)
@SuppressWarnings({"JdkObsolete", "NonApiType", "IdentityHashMapUsage"}) // what programs have
class DecodeBudgetTest {
  /** Processor time of any short message, and of each megabyte; most take a tenth of it. */
  private static final double MAX_SECONDS = 2;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  record Point(int x, int y) {}

  record Flag(boolean set) {}

  record None() {}

  record Text(String text) {}

  record Decimals(TreeSet<BigDecimal> numbers) {}

  record Table(Hashtable<String, Integer> table) {}

  record Weak(WeakHashMap<String, Integer> table) {}

  record Copied(CopyOnWriteArraySet<Object> set) {}

  /** A program's own: equal to itself only after a long look. */
  record Same(String text) {
    @Override
    public int hashCode() {
      return 1;
    }
  }

  private final Wire wire =
      new Wire()
          .allowTypes(
              Point.class,
              Flag.class,
              None.class,
              Text.class,
              Same.class,
              Decimals.class,
              Table.class,
              Weak.class,
              Copied.class);

  @AfterEach
  void close() {
    wire.close();
  }

  /** Reads as from a child; whatever becomes of it, it takes no longer than it may. */
  private Object inTime(byte[] bytes) {
    long start = THREADS.getCurrentThreadCpuTime(); // others may keep the processors busy
    try {
      return wire.read(bytes);
    } catch (IllegalArgumentException e) {
      return e;
    } finally {
      double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
      assertThat(seconds).isLessThan(MAX_SECONDS * (1 + bytes.length / 1e6));
    }
  }

  private void refused(byte[] bytes) {
    assertThat(inTime(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .asString()
        .containsAnyOf("take too long to read", "values over");
  }

  private byte[] set(List<?> elements) {
    Encoder e = new Encoder(null, false);
    e.u8(ExtendedCodec.SET);
    e.varint(elements.size());
    return join(e, elements);
  }

  private byte[] map(List<?> keys) {
    Encoder e = new Encoder(null, false);
    e.u8(ExtendedCodec.MAP);
    e.varint(keys.size());
    List<Object> all = new ArrayList<>();
    keys.forEach(k -> all.addAll(Arrays.asList(k, null)));
    return join(e, all);
  }

  /** The bytes of values behind those of a head, as one message. */
  private byte[] join(Encoder head, List<?> values) {
    byte[] list = wire.write(new ArrayList<>(values));
    int skip = 1 + varint(values.size()).length;
    if (list[0] == ExtendedCodec.LIST_OF) { // a list of objects is written in another way
      throw new AssertionError("mix the elements");
    }
    byte[] all = Arrays.copyOf(bytes(head), bytes(head).length + list.length - skip);
    System.arraycopy(list, skip, all, bytes(head).length, list.length - skip);
    return all;
  }

  private static byte[] bytes(Encoder e) {
    return Arrays.copyOfRange(e.buf, Header.SIZE, e.len);
  }

  private static byte[] varint(int n) {
    Encoder e = new Encoder(null, false);
    e.varint(n);
    return bytes(e);
  }

  private static List<Object> many(int n, IntFunction<Object> make) {
    List<Object> list = new ArrayList<>();
    IntStream.range(0, n).forEach(i -> list.add(make.apply(i)));
    return list;
  }

  // ---- keys

  /** Texts of one hash code: as many as there are bits. */
  private static String text(int i) {
    StringBuilder s = new StringBuilder();
    for (int bit = 0; bit < 18; bit++) {
      s.append((i >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return s.toString();
  }

  /** Longs of one hash code. */
  private static long number(int i) {
    return (long) i << 32 | i;
  }

  /** Big numbers of one hash code (0, as the Longs above): the magnitude is hashed by 31s. */
  private static BigInteger big(int i) {
    // low + 31 * high == 0, in 32 bits
    return BigInteger.valueOf(i)
        .shiftLeft(32)
        .add(BigInteger.valueOf(Integer.toUnsignedLong(-31 * i)));
  }

  static List<List<Object>> keysOfOneHashCode() {
    int n = 60_000;
    List<List<Object>> all = new ArrayList<>();
    all.add(many(n, i -> i % 2 == 0 ? number(i) : big(i)));
    all.add(many(n, i -> i == 0 ? (Object) 0 : number(i)));
    all.add(many(n, i -> i == n / 2 ? (Object) big(i) : number(i)));
    all.add(many(n, i -> i % 2 == 0 ? text(i) : Arrays.asList(text(i))));
    all.add(many(n, i -> Arrays.asList(text(i))));
    all.add(many(n, i -> Optional.of(text(i))));
    all.add(many(n, i -> new BigDecimal(big(i), 0)));
    all.add(many(n, i -> i == 0 ? (Object) "" : new Same("s" + i)));
    all.add(many(n, i -> i == 0 ? (Object) "" : new Point(i, -31 * i)));
    all.add(many(n, i -> i == 0 ? (Object) "" : new Text(text(i))));
    all.add(many(n, i -> Collections.singleton(text(i))));
    all.add(many(n, i -> Collections.singletonMap(text(i), null)));
    all.add(many(n, i -> uuid(i)));
    all.add(many(n, i -> i % 2 == 0 ? (Object) uuid(i) : number(i)));
    return all;
  }

  private static UUID uuid(int i) {
    return new UUID(number(i), 0);
  }

  @ParameterizedTest
  @MethodSource("keysOfOneHashCode")
  void keysOfOneHashCodeTakeNoLongerThanTheirBytesAllow(List<Object> keys) {
    inTime(set(keys));
    inTime(map(keys));
  }

  @Test
  void mixedKeysOfOneHashCodeAreRefusedWithAReason() {
    List<Object> keys = many(60_000, i -> i % 2 == 0 ? number(i) : big(i));
    assertThat(keys.get(7).hashCode()).isEqualTo(keys.get(8).hashCode());
    assertThatThrownBy(() -> wire.read(set(keys)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same hash code");
  }

  /** Where budgets were per container, a message had as many as it liked. */
  @Test
  void manySmallSetsOfOneMessageShareItsBudget() {
    List<Object> sets = new ArrayList<>();
    for (int k = 0; k < 300; k++) {
      int first = k * 600;
      Set<Object> set = new LinkedHashSet<>(many(600, i -> Arrays.asList(text(first + i))));
      sets.add(set);
    }
    refused(wire.write(sets));
  }

  /** Comparing two sets looks up each element of the one in the other, level by level. */
  @Test
  void setsOfSetsThatCollideOnEachLevelAreRefused() {
    Object one = "Aa";
    Object other = "BB";
    for (int level = 0; level < 14; level++) {
      Object a = Arrays.asList(pair(one, other), "Aa");
      Object b = Arrays.asList(pair(one, other), "BB");
      one = a;
      other = b;
    }
    inTime(wire.write(Arrays.asList(pair(one, other))));
  }

  /** A set as it is written, without one that would have to be hashed here. */
  private Object pair(Object a, Object b) {
    return new LinkedHashSet<>(Arrays.asList(a, b));
  }

  @Test
  void setsInSetsDeepDownAreHashedOnEveryLevelOnlySoOften() {
    Encoder e = new Encoder(null, false);
    int levels = 250;
    for (int i = 0; i < levels; i++) {
      e.u8(ExtendedCodec.SET);
      e.varint(1);
    }
    byte[] deep = bytes(e);
    byte[] list = wire.write(new ArrayList<>(Collections.nCopies(1_000_000, true)));
    byte[] all = Arrays.copyOf(deep, deep.length + list.length);
    System.arraycopy(list, 0, all, deep.length, list.length);
    refused(all);
  }

  @Test
  void decimalsThatMultiplyWhenComparedAreRefused() {
    // all of one hash code: 31 times the number's, and the scale
    List<Object> keys = new ArrayList<>();
    BigInteger ten = BigInteger.TEN.pow(8_000);
    for (int i = 0; i < 300; i++) {
      keys.add(new BigDecimal(ten.add(big(i)), i));
    }
    inTime(set(keys));
    byte[] decimals = wire.write(new Decimals(new TreeSet<>(Arrays.asList(BigDecimal.ONE))));
    assertThat(wire.read(decimals)).isInstanceOf(Decimals.class);
    TreeSet<BigDecimal> numbers = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      numbers.add(new BigDecimal(ten.add(BigInteger.valueOf(i)), 8_000 + i % 2));
    }
    inTime(wire.write(new Decimals(numbers)));
  }

  @Test
  void declaredContainersThatCompareMoreAreBoundedToo() {
    Map<String, Integer> texts = new LinkedHashMap<>();
    IntStream.range(0, 60_000).forEach(i -> texts.put(text(i), 1));
    assertThat(wire.read(wire.write(texts))).isEqualTo(texts); // a LinkedHashMap makes trees
    Hashtable<String, Integer> table = new Hashtable<>();
    WeakHashMap<String, Integer> weak = new WeakHashMap<>();
    texts.keySet().stream().limit(3_000).forEach(k -> table.put(k, 1));
    texts.keySet().stream().limit(3_000).forEach(k -> weak.put(k, 1));
    refused(wire.write(new Table(table)));
    refused(wire.write(new Weak(weak)));
    CopyOnWriteArraySet<Object> copied = new CopyOnWriteArraySet<>();
    copied.addAll(many(8_000, i -> i));
    refused(wire.write(new Copied(copied)));
  }

  // ---- honest ones

  @Test
  void honestKeysOfManyKindsArrive() {
    int n = 40_000;
    List<List<Object>> keys =
        List.of(
            many(n, i -> i),
            many(n, i -> i * 1_000_003L),
            many(n, i -> (long) (i / 200) << 32 | i % 200), // a grid: 256 hash codes
            many(n, i -> "key " + i),
            many(n, i -> i / 8.0),
            many(n, i -> BigDecimal.valueOf(i, 2)),
            many(n, i -> BigInteger.valueOf(i).pow(5)),
            many(n, i -> new UUID(i, i * 31L)),
            many(n, i -> i == 0 ? (Object) "" : new Point(i / 200, i % 200)),
            many(n, i -> Arrays.asList(i / 200, i % 200)),
            many(n, i -> LocalTime.ofSecondOfDay(i)),
            many(n, i -> LocalDateTime.ofEpochSecond(i * 977L, 0, ZoneOffset.UTC)),
            many(n, i -> i % 3 == 0 ? (Object) i : i % 3 == 1 ? "s" + i : (Object) (i / 4.0)));
    for (List<Object> some : keys) {
      Set<Object> set = new LinkedHashSet<>(some);
      assertThat(inTime(wire.write(set))).isEqualTo(set);
    }
  }

  @Test
  void honestSetsOfSetsArrive() {
    Set<Object> outer = new LinkedHashSet<>();
    for (int i = 0; i < 2_000; i++) {
      Set<Object> inner = new LinkedHashSet<>();
      for (int k = 0; k < 10; k++) {
        inner.add(Collections.singleton("e" + i + "/" + k));
      }
      outer.add(inner);
    }
    assertThat(inTime(wire.write(outer))).isEqualTo(outer);
  }

  // ---- objects

  @Test
  void twoMegabytesOfBitsBecomeNoSixteenMillionObjects() {
    byte[] head = wire.write(new ArrayList<>(List.of(new Flag(true), new Flag(false))));
    // tag, type, count 2, bits
    Encoder e = new Encoder(null, false);
    e.raw(head, 0, head.length - 2);
    e.varint(1 << 24);
    byte[] all = Arrays.copyOf(bytes(e), bytes(e).length + (1 << 21));
    refused(all);
  }

  @Test
  void objectsWithoutComponentsAreBounded() {
    List<Object> none = many(100, i -> i == 0 ? (Object) "" : new None());
    byte[] some = wire.write(none);
    assertThat(wire.read(some)).isEqualTo(none);
  }

  @Test
  void emptyContainersTakeMemoryThatIsCounted() {
    int n = 15_000_000;
    Encoder e = new Encoder(null, false);
    e.u8(Encoder.ARRAY);
    e.varint(n / 2);
    byte[] all = Arrays.copyOf(bytes(e), bytes(e).length + n);
    for (int i = bytes(e).length; i + 1 < all.length; i += 2) {
      all[i] = ExtendedCodec.MAP; // and a count of 0
    }
    assertThat(Runtime.getRuntime().maxMemory()).isLessThan(4L << 30);
    refused(all);
  }

  @Test
  void arraysThatClaimTheRestOfTheMessageEachTakeNoMemory() {
    Encoder e = new Encoder(null, false);
    int size = 8 << 20;
    for (int i = 0; i < 200; i++) {
      e.u8(Encoder.ARRAY);
      e.varint(size - 5 * i - 100);
    }
    byte[] all = Arrays.copyOf(bytes(e), size);
    refused(all);
  }

  @Test
  void aTypeIsToldOfOnce() {
    Encoder e = new Encoder(null, false);
    e.u8(ExtendedCodec.LIST);
    e.varint(2);
    for (int i = 0; i < 2; i++) {
      e.u8(ExtendedCodec.ARRAY_OF);
      e.u8(1);
      e.varint(i);
      e.text("java.lang.String");
      e.u8('C');
      e.varint(0);
    }
    assertThatThrownBy(() -> wire.read(bytes(e))).hasMessageContaining("String again");
  }
}
