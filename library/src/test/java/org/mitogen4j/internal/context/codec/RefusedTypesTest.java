package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.context.codec.ExtendedCodecTest.Color;
import org.mitogen4j.internal.context.codec.ExtendedCodecTest.Everything;
import org.mitogen4j.internal.context.codec.ExtendedCodecTest.Item;
import org.mitogen4j.internal.context.codec.ExtendedCodecTest.NoConstructor;
import org.mitogen4j.internal.context.codec.ExtendedCodecTest.Plain;
import org.mitogen4j.internal.context.codec.ExtendedCodecTest.Wrong;

/** What may come and what may not, and what can't be sent at all. */
class RefusedTypesTest {
  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void aTypeThatIsNotExpectedIsNamedWithTheLineThatAllowsIt() {
    assertThatThrownBy(() -> wire.up(List.of(new Item(1, "n", 2, true))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("org.mitogen4j.internal.context.codec.ExtendedCodecTest$Item")
        .hasMessageContaining("router.allowTypes(ExtendedCodecTest.Item.class)");
    assertThatThrownBy(() -> wire.up(Color.RED))
        .hasMessageContaining("ExtendedCodecTest.Color.class");
    assertThatThrownBy(() -> wire.up(new Item[0]))
        .hasMessageContaining("ExtendedCodecTest.Item.class");
    assertThatThrownBy(() -> wire.up(new Plain(1, "p")))
        .hasMessageContaining("ExtendedCodecTest.Plain.class");
  }

  @SuppressWarnings("unused") // its type is looked at
  private Map<String, ? extends List<Item[]>> generic;

  @Test
  void whatADeclaredTypeIsMadeOfIsExpected() throws Exception {
    Type type = RefusedTypesTest.class.getDeclaredField("generic").getGenericType();
    Item item = new Item(1, "n", 2, true);
    wire.expected = type;
    assertThat(wire.up(item)).isEqualTo(item);
    wire.expected = (Supplier<Type>) () -> type;
    assertThat(wire.up(item)).isEqualTo(item);
    assertThatThrownBy(() -> wire.up(Color.RED)).hasMessageContaining("not among");
    wire.expected = Everything.class;
    ExtendedCodecTest.sameEverything(
        wire.up(ExtendedCodecTest.everything(1, null)), ExtendedCodecTest.everything(1, null));
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
    byte[] bytes = wire.write(java.net.URI.create("a:b"), true);
    assertThat(wire.decoder(bytes, 0).value()).hasToString("a:b");
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
        .hasMessageContaining(
            "in thread of org.mitogen4j.internal.context.codec.ExtendedCodecTest$Wrong")
        .hasMessageContaining("java.lang.Thread");
    assertThatThrownBy(() -> wire.up(new NoConstructor(1)))
        .hasMessageContaining("constructor without parameters");
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
}
