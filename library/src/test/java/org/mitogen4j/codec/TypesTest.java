package org.mitogen4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.Serializable;
import java.lang.reflect.Type;
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
import java.util.HashMap;
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
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({"ArrayRecordComponent", "JavaUtilDate"}) // both are to be sent
class TypesTest {
  record Item(int id, String name, long size, boolean dir) {}

  record Everything(
      boolean z,
      byte b,
      short s,
      char c,
      int i,
      long j,
      float f,
      double d,
      String text,
      Integer boxed,
      Color color,
      List<Item> items,
      Map<String, Item> byName,
      int[] ints,
      Item[] array,
      Optional<Item> perhaps,
      Everything next) {}

  enum Color {
    RED,
    GREEN {
      @Override
      String say() {
        return "green";
      }
    };

    String say() {
      return "";
    }
  }

  static class Base implements Serializable {
    private static final long serialVersionUID = 1;
    protected int size = -1;
    private String name = "base";

    String baseName() {
      return name;
    }
  }

  static final class Plain extends Base {
    private static final long serialVersionUID = 1;
    private final List<Item> items = new ArrayList<>();
    private String name;
    transient int cached = 1;

    private Plain() {}

    Plain(int size, String name) {
      this.size = size;
      this.name = name;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Plain p
          && p.size == size
          && java.util.Objects.equals(p.name, name)
          && p.items.equals(items);
    }

    @Override
    public int hashCode() {
      return size;
    }
  }

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
    Object items = wire.down(new TreeMap<>(Map.of("a", new Item(1, "n", 2, true))));
    assertThat(items).isEqualTo(Map.of("a", new Item(1, "n", 2, true)));
  }

  private static Everything everything(int seed, Everything next) {
    Item item = new Item(seed, "item " + seed, seed * 1000L, seed % 2 == 0);
    return new Everything(
        seed % 2 == 0,
        (byte) seed,
        (short) -seed,
        (char) seed,
        seed * 77777,
        -seed * 7777777777L,
        seed / 3f,
        seed / 3.0,
        seed % 3 == 0 ? null : "text ä " + seed,
        seed % 2 == 0 ? null : seed,
        seed % 3 == 0 ? null : Color.values()[seed % 2],
        Arrays.asList(item, null, item),
        map("item", item).entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    e -> (String) e.getKey(), e -> (Item) e.getValue())),
        new int[] {seed},
        new Item[] {null, item},
        Optional.of(item),
        next);
  }

  private static void sameEverything(Everything a, Everything b) {
    assertThat(a)
        .usingRecursiveComparison()
        .withStrictTypeChecking()
        .ignoringFields("items", "byName", "next", "perhaps")
        .isEqualTo(b);
    assertThat(a.items()).isEqualTo(b.items());
    assertThat(a.byName()).isEqualTo(b.byName());
    assertThat(a.perhaps()).isEqualTo(b.perhaps());
    if (b.next() == null) {
      assertThat(a.next()).isNull();
    } else {
      sameEverything(a.next(), b.next());
    }
  }

  @Test
  void recordsArriveWithAllThatTheyHold() {
    wire.allow(Everything.class);
    Everything last = null;
    List<Everything> all = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      last = everything(seed, last);
      all.add(last);
    }
    sameEverything(wire.up(last), last);
    sameEverything(wire.down(last), last);
    List<Everything> up = wire.up(all);
    for (int i = 0; i < all.size(); i++) {
      sameEverything(up.get(i), all.get(i));
    }
  }

  @Test
  void neighboursThatAreAlikeArriveAsTheyWere() {
    wire.allow(Item.class);
    String[] names = {
      "",
      null,
      null,
      "a",
      "a",
      "ab",
      "ab",
      "file-1.txt",
      "file-2.txt",
      "file-22.txt",
      "file-2.txt",
      "ä",
      "äö",
      "äü",
      "xü",
      "\uD83D",
      "\uD83D\uDE00",
      "\uD83D\uDE01",
      "x".repeat(200),
      "x".repeat(199) + "y",
      "y" + "x".repeat(199),
      "x".repeat(100) + "y" + "x".repeat(100),
      ""
    };
    List<Item> items = new ArrayList<>();
    long[] sizes = {0, 1, Long.MIN_VALUE, Long.MAX_VALUE, -1, 5};
    for (int i = 0; i < 100; i++) {
      items.add(new Item(i * i * 1000003, names[i % names.length], sizes[i % sizes.length], false));
    }
    assertThat(wire.up(items)).isEqualTo(items);
  }

  record Flag(boolean set) {}

  record Nothing() {}

  @Test
  void listsOfObjectsThatTakeLessThanAByteArrive() {
    wire.allow(Flag.class, Nothing.class, Item.class);
    for (int n : new int[] {1, 7, 8, 9, 64, 65, 1000}) {
      for (Object element : List.of(new Flag(true), new Nothing(), new Item(0, null, 0, true))) {
        List<Object> list = new ArrayList<>(java.util.Collections.nCopies(n, element));
        assertThat(wire.up(list)).isEqualTo(list);
        assertThat(wire.down(list)).isEqualTo(list);
        list.add(null);
        assertThat(wire.up(list)).isEqualTo(list);
      }
    }
  }

  record Question(String text) {}

  @Test
  void aQuestionMarkIsNotTakenForWhatUtf8CanNotCarry() {
    wire.allow(Question.class);
    List<Question> list = new ArrayList<>();
    for (String text : new String[] {"a?b", "a\uD83Db", "a?b", "", "a\uD83Db", "a\uDE00b", "a?b"}) {
      list.add(new Question(text));
      list.add(new Question(new String(text)));
    }
    assertThat(wire.up(list)).isEqualTo(list);
  }

  @Test
  void plainObjectsArriveWithTheFieldsOfTheirSuperclasses() {
    wire.allow(Plain.class);
    Plain plain = new Plain(5, "p");
    plain.items.add(new Item(1, "n", 2, true));
    plain.cached = 9;
    Plain up = wire.up(plain);
    assertThat(up).isEqualTo(plain);
    assertThat(up.baseName()).isEqualTo("base");
    assertThat(up.cached).isEqualTo(1);
    assertThat(wire.down(plain)).isEqualTo(plain);
  }

  @Test
  void enumConstantsArriveThoseWithABodyToo() {
    wire.allow(Color.class);
    List<Color> colors = Arrays.asList(Color.GREEN, Color.RED, null, Color.GREEN);
    assertThat(wire.up(colors)).isEqualTo(colors);
    assertThat(wire.up(Color.values())).containsExactly(Color.RED, Color.GREEN);
    assertThat(wire.up(map(Color.RED, 1))).isEqualTo(map(Color.RED, 1));
  }

  // ---- what may come

  @Test
  void aTypeThatIsNotExpectedIsNamedWithTheLineThatAllowsIt() {
    assertThatThrownBy(() -> wire.up(List.of(new Item(1, "n", 2, true))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("org.mitogen4j.codec.TypesTest$Item")
        .hasMessageContaining("router.allow(TypesTest.Item.class)");
    assertThatThrownBy(() -> wire.up(Color.RED)).hasMessageContaining("TypesTest.Color.class");
    assertThatThrownBy(() -> wire.up(new Item[0])).hasMessageContaining("TypesTest.Item.class");
    assertThatThrownBy(() -> wire.up(new Plain())).hasMessageContaining("TypesTest.Plain.class");
  }

  @SuppressWarnings("unused") // its type is looked at
  private Map<String, ? extends List<Item[]>> generic;

  @Test
  void whatADeclaredTypeIsMadeOfIsExpected() throws Exception {
    Type type = TypesTest.class.getDeclaredField("generic").getGenericType();
    Item item = new Item(1, "n", 2, true);
    wire.expected = type;
    assertThat(wire.up(item)).isEqualTo(item);
    wire.expected = (Supplier<Type>) () -> type;
    assertThat(wire.up(item)).isEqualTo(item);
    assertThatThrownBy(() -> wire.up(Color.RED)).hasMessageContaining("not among");
    wire.expected = Everything.class;
    sameEverything(wire.up(everything(1, null)), everything(1, null));
  }

  sealed interface Figure permits Circle, Square {}

  record Circle(double radius) implements Figure {}

  record Square(double side) implements Figure {}

  @Test
  void whatASealedTypePermitsIsExpectedWithIt() {
    wire.expected = Figure.class;
    assertThat(wire.up(new Circle(2))).isEqualTo(new Circle(2));
    assertThat(wire.up(new Figure[] {new Square(2)})).containsExactly(new Square(2));
  }

  @Test
  void javaSerializationIsReadFromParentsOnly() {
    byte[] bytes = wire.write(new java.util.BitSet(), true);
    assertThat(wire.decoder(bytes, 0).value()).hasToString("{}");
    assertThatThrownBy(() -> wire.read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Java serialization");
  }

  // ---- what can't be sent

  @Test
  void whatCanNotBeSentUpIsNamedAndWhatCan() {
    assertThatThrownBy(() -> wire.up(new Thread()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Thread")
        .hasMessageContaining("records");
    assertThatThrownBy(() -> wire.up(List.of(new File("/tmp"))))
        .hasMessageContaining("path as a String");
    assertThatThrownBy(() -> wire.up(java.nio.file.Path.of("/tmp")))
        .hasMessageContaining("path as a String");
    assertThatThrownBy(() -> wire.up((Serializable & Runnable) () -> {}))
        .hasMessageContaining("lambda");
    assertThatThrownBy(() -> wire.up(new Object())).hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> wire.up(new File[0])).hasMessageContaining("path as a String");
    assertThatThrownBy(() -> wire.up(new Wrong(new Thread())))
        .hasMessageContaining("in thread of org.mitogen4j.codec.TypesTest$Wrong")
        .hasMessageContaining("java.lang.Thread");
    assertThatThrownBy(() -> wire.up(new NoConstructor(1)))
        .hasMessageContaining("constructor without parameters");
  }

  record Wrong(Object thread) {}

  static final class NoConstructor implements Serializable {
    private static final long serialVersionUID = 1;
    final int i;

    NoConstructor(int i) {
      this.i = i;
    }
  }

  @Test
  void aListThatHoldsItselfIsAnErrorOnTheSendersSide() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    list.add(list);
    assertThatThrownBy(() -> wire.write(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested deeper");
  }

  @Test
  void lambdasAndGraphsOfObjectsGoDown() {
    Supplier<String> supplier = (Supplier<String> & Serializable) () -> "called";
    List<Supplier<String>> down = wire.down(List.of(supplier));
    assertThat(down.get(0).get()).isEqualTo("called");
    Map<String, Supplier<String>> map = wire.down(new HashMap<>(Map.of("a", supplier)));
    assertThat(map.get("a").get()).isEqualTo("called");
    NoConstructor shared = new NoConstructor(5);
    List<NoConstructor> both = wire.down(List.of(shared, shared));
    assertThat(both.get(0)).isSameAs(both.get(1));
    assertThat(both.get(0).i).isEqualTo(5);
    Object[] array = wire.down(new Object[] {new File("/tmp"), new Wrong(supplier)});
    assertThat(array[0]).isEqualTo(new File("/tmp"));
  }

  // ---- errors as data

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
