package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mitogen4j.Secret;

class SerializedTest {
  /** As on Java 8, which does not have the JDK's class. */
  private static Object readByOurs(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass type)
              throws IOException, ClassNotFoundException {
            return type.getName().equals("java.util.CollSer")
                ? CollSer.class
                : super.resolveClass(type);
          }
        }) {
      return in.readObject();
    }
  }

  @Test
  void javaEightReadsTheCollectionsOfLaterOnes() throws Exception {
    for (Object value :
        List.of(
            List.of(),
            List.of(1, "b", 3),
            Set.of(),
            Set.of(1, 2),
            Map.of(),
            Map.of("a", List.of(1), "b", Set.of("c")),
            java.util.stream.Stream.of(1, null).toList())) {
      Object read = readByOurs(value);
      assertThat(read).isEqualTo(value);
      assertThat(read.getClass().getName()).startsWith("java.util.Collections$Unmodifiable");
      if (read instanceof Collection<?> collection) {
        assertThatThrownBy(collection::clear).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  @Test
  void aSecretGoesDownAndNeverUp() {
    try (Wire wire = new Wire()) {
      Secret secret = Secret.of("hunter2");
      assertThat(wire.down(List.of(secret)).get(0)).isEqualTo(secret);
      assertThatThrownBy(() -> wire.up(List.of(secret)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("org.mitogen4j.Secret can only be sent to a context below")
          .hasMessageNotContaining("hunter2");
      wire.allowTypes(Secret.class);
      assertThatThrownBy(() -> wire.up(Map.of("k", secret))).hasMessageNotContaining("hunter2");
    }
  }
}
