package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.internal.kernel.Encoder;

/** What a child that lies can write, byte by byte. */
@Timeout(30)
class HostileValuesTest {
  record Item(int id, String name) {}

  enum Color {
    RED
  }

  private final Wire wire = new Wire().allowTypes(Item.class, Color.class);

  @AfterEach
  void close() {
    wire.close();
  }

  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes u8(int... values) {
      for (int v : values) {
        out.write(v);
      }
      return this;
    }

    Bytes varint(long v) {
      Encoder e = new Encoder(null, false);
      e.varint(v);
      out.write(
          e.buf,
          org.mitogen4j.internal.kernel.Header.SIZE,
          e.len - org.mitogen4j.internal.kernel.Header.SIZE);
      return this;
    }

    Bytes text(String s) {
      byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
      varint(utf8.length);
      out.writeBytes(utf8);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  private void refused(Bytes bytes) {
    refused(bytes, "");
  }

  private void refused(Bytes bytes, String part) {
    assertThatThrownBy(() -> wire.read(bytes.bytes()))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(part));
  }

  private static Bytes item() {
    return new Bytes()
        .u8(ExtendedCodec.OBJECT_0)
        .text(Item.class.getName())
        .u8('R', 2)
        .text("id")
        .u8('I')
        .text("name")
        .u8('T');
  }

  @Test
  void theBytesOfThisTestAreRight() {
    assertThat(wire.read(item().u8(0, 2, 4 << 0 | 1, 'x').bytes())).isEqualTo(new Item(1, "x"));
  }

  @Test
  void lengthsThatAreNotThereTakeNoMemory() {
    for (int tag :
        new int[] {
          ExtendedCodec.LIST,
          ExtendedCodec.SET,
          ExtendedCodec.MAP,
          ExtendedCodec.INTS,
          ExtendedCodec.BIG_INTEGER
        }) {
      for (long n : new long[] {1, 1000, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
        refused(new Bytes().u8(tag).varint(n));
      }
    }
    refused(new Bytes().u8(ExtendedCodec.LONGS).varint(3).u8(1, 2, 3), "elements of 8 bytes, in 3");
    refused(
        new Bytes()
            .u8(ExtendedCodec.ARRAY_OF, 255, 0)
            .text("java.lang.String")
            .u8('C')
            .varint(1 << 20));
    refused(new Bytes().u8(ExtendedCodec.ARRAY_OF, 0, 0).text("java.lang.String").u8('C', 0));
    refused(new Bytes().u8(ExtendedCodec.ARRAY_OF, 1, 0).text("int").u8('C', 0));
  }

  @Test
  void listsOfObjectsOfABitEachAreBounded() {
    Bytes list = new Bytes().u8(ExtendedCodec.LIST_OF);
    list.out.writeBytes(item().bytes());
    refused(list.varint(1 << 24), "must be 0 to");
    Bytes negative = new Bytes().u8(ExtendedCodec.LIST_OF);
    negative.out.writeBytes(item().bytes());
    refused(negative.varint(-1));
  }

  @Test
  void typesThatTheMessageHasNotToldOfAreRefused() {
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0 + 1), "type 1 of 0");
    refused(new Bytes().u8(ExtendedCodec.OBJECT).varint(-1), "type -1 of 0");
    refused(
        new Bytes().u8(ExtendedCodec.OBJECT_0).text(Item.class.getName()).u8('X'), "unknown kind");
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text(Item.class.getName()).u8('E'), "enum");
    refused(
        new Bytes().u8(ExtendedCodec.OBJECT_0).text(Item.class.getName()).u8('C'), "object is due");
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text(Item.class.getName()).u8('P', 0), "record");
    refused(
        new Bytes().u8(ExtendedCodec.OBJECT_0).text(Color.class.getName()).u8('R', 0),
        "kind of type");
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text("[I").u8('R', 0), "kind of type");
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text("java.lang.Integer").u8('P', 0));
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text("java.util.List").u8('P', 0));
  }

  @Test
  void classesThatAChildNamesAreNotLoaded() {
    for (String name :
        new String[] {
          "java.lang.Runtime",
          "org.mitogen4j.internal.master.Master",
          "../Evil",
          "x",
          "",
          "\0\n\u001b[2J"
        }) {
      refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text(name).u8('R', 0), "router.allowTypes(");
    }
    assertThatThrownBy(
            () ->
                wire.read(
                    new Bytes().u8(ExtendedCodec.OBJECT_0).text("a\n\u001bb").u8('R', 0).bytes()))
        .hasMessageContaining("a ?b");
    refused(new Bytes().u8(ExtendedCodec.OBJECT_0).text("n".repeat(5000)).u8('R', 0), "nnn...");
    refused(
        new Bytes().u8(ExtendedCodec.OBJECT_0).text("org.mitogen4j.Router").u8('P', 0),
        "allowTypes(");
    refused(
        new Bytes().u8(ExtendedCodec.OBJECT_0).text("org.mitogen4j.Secret").u8('P', 0),
        "allowTypes(");
  }

  @Test
  void componentsOfTheWrongTypeAreRefused() {
    Bytes wrong =
        new Bytes()
            .u8(ExtendedCodec.OBJECT_0)
            .text(Item.class.getName())
            .u8('R', 2)
            .text("id")
            .u8('L')
            .text("name")
            .u8('T');
    refused(wrong, "'id' as another class there, as int here");
    refused(item().u8(0).varint(1L << 40), "must be");
  }

  @Test
  void textsCanNotGrowOutOfFewBytes() {
    String base = "x".repeat(63);
    Bytes list = new Bytes().u8(ExtendedCodec.LIST).varint(20_000).u8();
    list.out.writeBytes(item().u8(1).varint(63L << 2 | 1).bytes());
    list.out.writeBytes(base.getBytes(StandardCharsets.UTF_8));
    for (int i = 1; i < 20_000; i++) {
      // each shares the 63 bytes of the one before, and has none of its own
      list.u8(ExtendedCodec.OBJECT_0, 1, 2).varint(3 << 10 | 15);
    }
    refused(list, "shares");
  }

  @Test
  void deepNestingIsRefused() {
    Bytes deep = new Bytes();
    for (int i = 0; i < 100_000; i++) {
      deep.u8(ExtendedCodec.LIST, 1);
    }
    refused(deep, "nested deeper");
    Bytes optional = new Bytes();
    for (int i = 0; i < 100_000; i++) {
      optional.u8(ExtendedCodec.OPTIONAL, 0);
    }
    refused(optional, "nested deeper");
  }

  @Test
  void keysOfOneHashCodeDoNotTakeForEver() {
    List<Object> keys = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      // lists whose hash code is the same: "Aa" and "BB" have one
      List<String> key = new ArrayList<>();
      for (int bit = 0; bit < 16; bit++) {
        key.add((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      keys.add(key);
    }
    byte[] list = wire.write(keys);
    list[0] = ExtendedCodec.SET;
    assertThatThrownBy(() -> wire.read(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same hash code");
  }

  @Test
  void datesAndNumbersOutOfRangeAreRefused() {
    refused(new Bytes().u8(ExtendedCodec.LOCAL_DATE).varint(-1));
    refused(new Bytes().u8(ExtendedCodec.LOCAL_TIME).varint(-1));
    refused(new Bytes().u8(ExtendedCodec.INSTANT).varint(-1).varint(0));
    refused(new Bytes().u8(ExtendedCodec.INSTANT).varint(0).varint(1_000_000_000));
    refused(new Bytes().u8(ExtendedCodec.YEAR_MONTH).varint(0).u8(13));
    refused(new Bytes().u8(ExtendedCodec.MONTH_DAY, 2, 30));
    refused(new Bytes().u8(ExtendedCodec.ZONE).text("../../etc/passwd"));
    refused(new Bytes().u8(ExtendedCodec.SHORT).varint(1 << 20));
    refused(new Bytes().u8(ExtendedCodec.CHAR).varint(1 << 16));
    refused(new Bytes().u8(ExtendedCodec.BIG_INTEGER, 0));
    refused(new Bytes().u8(ExtendedCodec.OPTIONAL, 1, 2));
    refused(new Bytes().u8(ExtendedCodec.OPTIONAL, 4, 0));
  }

  @Test
  void exceptionsThatAreNoneAreRefused() {
    refused(new Bytes().u8(ExtendedCodec.API, 1, 0));
    refused(new Bytes().u8(ExtendedCodec.API, 1, 3, 5));
    refused(new Bytes().u8(ExtendedCodec.API, 1, 8, 4, 3, 3, 3, 3));
    refused(new Bytes().u8(ExtendedCodec.API, 200), "unknown kind");
    refused(new Bytes().u8(ExtendedCodec.API, 2).varint(-1).text("x"), "number -1");
    refused(new Bytes().u8(44), "unknown kind, 44");
  }
}
