package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What class files name is seen without a look at their code. */
class ConstantTextsTest {
  /** Has long numbers among its constants, which count for two. */
  static final class Names {
    static final long LONG = 1L << 40;

    long exit(double number) {
      return number > 1e30 ? LONG : ServiceLoader.load(Runnable.class).hashCode();
    }
  }

  private static byte[] classFile(Class<?> type) throws Exception {
    String name = type.getName();
    try (InputStream in =
        type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
      return in.readAllBytes();
    }
  }

  @Test
  void namesOfClassesAndMethodsAreFoundByTheirBeginning() throws Exception {
    byte[] names = classFile(Names.class);

    assertThat(ConstantTexts.beginning("x/", "java/util/Serv").isIn(names)).isTrue();
    assertThat(ConstantTexts.beginning("java/util/ServiceLoaders").isIn(names)).isFalse();
    assertThat(ConstantTexts.beginning("util/ServiceLoader").isIn(names)).isFalse();
  }

  @Test
  void namesOfMethodsAreFoundWhole() throws Exception {
    byte[] names = classFile(Names.class);

    assertThat(ConstantTexts.equal("halt", "exit").isIn(names)).isTrue();
    assertThat(ConstantTexts.equal("halt", "exi", "exits").isIn(names)).isFalse();
  }

  @Test
  void aClassFileThatEndsEarlyHasNone() throws Exception {
    byte[] names = classFile(Names.class);

    for (int size = 0; size < names.length; size += 7) {
      byte[] cut = java.util.Arrays.copyOf(names, size);
      assertThat(ConstantTexts.equal("no such").isIn(cut)).isFalse();
    }
  }
}
