package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of the JDK's types, in containers and by themselves. */
@SuppressWarnings("JavaUtilDate") // it is to be sent
class ValuesTest {
  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  static List<Object> values() {
    return Arrays.asList(
        null,
        true,
        false,
        (byte) -1,
        Byte.MIN_VALUE,
        Short.MIN_VALUE,
        Short.MAX_VALUE,
        'x',
        '\uffff',
        0,
        Integer.MIN_VALUE,
        Long.MIN_VALUE,
        1.5f,
        Float.NaN,
        -0.0,
        "",
        "text",
        "\0 ä € \uD83D\uDE00",
        "lone \uD83D surrogate",
        "\uDE00\uD83D",
        new byte[] {1, 2},
        new boolean[] {true, false},
        new short[] {1, -2},
        new char[] {'a', '\uD83D'},
        new int[] {1, Integer.MIN_VALUE},
        new long[] {1, Long.MIN_VALUE},
        new float[] {1.5f, Float.NEGATIVE_INFINITY},
        new double[] {},
        new int[5000],
        new Object[] {null, 1, "a"},
        new String[] {"a", null},
        new Integer[][] {{1, null}, null, {}},
        new int[][] {{1}, null},
        new List<?>[] {List.of(1)},
        new DayOfWeek[] {DayOfWeek.MONDAY, null},
        BigInteger.ONE.shiftLeft(1000).negate(),
        new BigDecimal("-1234567890.00123"),
        new BigDecimal(BigInteger.TEN, -7),
        UUID.randomUUID(),
        new Date(-5),
        Optional.empty(),
        Optional.of(List.of("a")),
        OptionalInt.of(7),
        OptionalInt.empty(),
        OptionalLong.of(7),
        OptionalDouble.of(7),
        Instant.MIN,
        Instant.MAX,
        Instant.now(),
        Duration.ofSeconds(-1, 5),
        Duration.ofSeconds(Long.MIN_VALUE, 0),
        LocalDate.MIN,
        LocalDate.MAX,
        LocalTime.MAX,
        LocalDateTime.MAX,
        OffsetTime.of(LocalTime.NOON, ZoneOffset.MIN),
        OffsetDateTime.now(ZoneOffset.ofHours(5)),
        ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin")),
        ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"))
            .withLaterOffsetAtOverlap(),
        ZonedDateTime.now(ZoneOffset.UTC),
        ZoneId.of("America/New_York"),
        ZoneOffset.ofHours(-3),
        ZoneId.of("UTC+1"),
        Period.of(-1, 2, 3),
        Year.of(-5),
        YearMonth.of(2024, 2),
        MonthDay.of(2, 29),
        Month.MAY,
        TimeUnit.DAYS,
        List.of(),
        Arrays.asList(1, null, List.of(2L, "x")),
        Set.of("a"),
        new LinkedHashSet<>(Arrays.asList(null, 1)),
        Map.of("a", 1),
        map(null, "null key", "null value", null));
  }

  private static Map<Object, Object> map(Object... keysAndValues) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueArrivesAsItWasSent(Object value) {
    for (Object arrived : Arrays.asList(wire.up(value), wire.down(value))) {
      same(arrived, value);
    }
    same(wire.up(Arrays.asList(value, value)), Arrays.asList(value, value));
    same(wire.up(new Object[] {value}), new Object[] {value});
    same(wire.up(map("k", value)), map("k", value));
  }

  private static void same(Object arrived, Object sent) {
    if (sent instanceof List<?> list && arrived instanceof ArrayList<?> other) {
      assertThat(other).hasSameSizeAs(list);
      for (int i = 0; i < list.size(); i++) {
        same(other.get(i), list.get(i));
      }
    } else if (sent instanceof Map<?, ?> map && arrived instanceof LinkedHashMap<?, ?> other) {
      same(new ArrayList<>(other.keySet()), new ArrayList<>(map.keySet()));
      same(new ArrayList<>(other.values()), new ArrayList<>(map.values()));
    } else if (sent != null && sent.getClass().isArray()) {
      assertThat(arrived).hasSameClassAs(sent);
      assertThat(Arrays.deepEquals(new Object[] {arrived}, new Object[] {sent})).isTrue();
    } else {
      assertThat(arrived).isEqualTo(sent);
    }
  }

  @Test
  void listsSetsAndMapsCanBeChangedAndKeepTheirOrder() {
    List<String> list = wire.up(List.of("b", "a"));
    list.add("c");
    assertThat(list).isInstanceOf(ArrayList.class).containsExactly("b", "a", "c");
    Set<String> sorted = new TreeSet<>(Arrays.asList("b", "c", "a"));
    Set<String> set = new LinkedHashSet<>(wire.<Set<String>>up(sorted));
    assertThat(set).containsExactly("a", "b", "c");
    Object up = wire.up(new TreeMap<>(Map.of("b", 1, "a", 2)));
    assertThat(up).isInstanceOf(LinkedHashMap.class).hasToString("{a=2, b=1}");
  }

  @Test
  void aContainerOfASpecialKindKeepsItOnItsWayDown() {
    TreeMap<String, Integer> reversed = new TreeMap<>(java.util.Comparator.reverseOrder());
    reversed.put("a", 1);
    TreeMap<String, Integer> down = wire.down(reversed);
    down.put("b", 2);
    assertThat(down.firstKey()).isEqualTo("b");
    Object items =
        wire.down(new TreeMap<>(Map.of("a", new ExtendedCodecTest.Item(1, "n", 2, true))));
    assertThat(items).isEqualTo(Map.of("a", new ExtendedCodecTest.Item(1, "n", 2, true)));
  }

  @Test
  void anExceptionArrivesAsData() {
    Exception sent = new IllegalStateException("outer", new RuntimeException("inner"));
    List<? extends Throwable> up = wire.up(List.of(sent));
    Throwable read = up.get(0);
    assertThat(read.getClass().getSimpleName()).isEqualTo("CallException");
    assertThat(read).hasMessageContaining("outer");
    assertThat(read.getCause()).hasMessageContaining("inner");
    assertThat(wire.down(sent)).isInstanceOf(IllegalStateException.class);
  }
}
