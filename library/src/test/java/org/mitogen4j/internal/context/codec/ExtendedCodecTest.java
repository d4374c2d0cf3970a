package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects of a program's own types: records, enums, and what is Serializable. */
@SuppressWarnings("ArrayRecordComponent") // they are to be sent
class ExtendedCodecTest {
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

  record Wrong(Object thread) {}

  static final class NoConstructor implements Serializable {
    private static final long serialVersionUID = 1;
    final int i;

    NoConstructor(int i) {
      this.i = i;
    }
  }

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  static Everything everything(int seed, Everything next) {
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
        Map.of("item", item),
        new int[] {seed},
        new Item[] {null, item},
        Optional.of(item),
        next);
  }

  static void sameEverything(Everything a, Everything b) {
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
    wire.allowTypes(Everything.class);
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
    wire.allowTypes(Item.class);
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
    wire.allowTypes(Flag.class, Nothing.class, Item.class);
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
    wire.allowTypes(Question.class);
    List<Question> list = new ArrayList<>();
    for (String text : new String[] {"a?b", "a\uD83Db", "a?b", "", "a\uD83Db", "a\uDE00b", "a?b"}) {
      list.add(new Question(text));
      list.add(new Question(new String(text)));
    }
    assertThat(wire.up(list)).isEqualTo(list);
  }

  @Test
  void plainObjectsArriveWithTheFieldsOfTheirSuperclasses() {
    wire.allowTypes(Plain.class);
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
    wire.allowTypes(Color.class);
    List<Color> colors = Arrays.asList(Color.GREEN, Color.RED, null, Color.GREEN);
    assertThat(wire.up(colors)).isEqualTo(colors);
    assertThat(wire.up(Color.values())).containsExactly(Color.RED, Color.GREEN);
    assertThat(wire.up(Map.of(Color.RED, 1))).isEqualTo(Map.of(Color.RED, 1));
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
}
