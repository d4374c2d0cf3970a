package org.mitogen4j.internal.context.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A class waits for the library's factory of URLs to go only if it may set its own. */
class UrlTextsTest {
  /** Its constant pool has entries of all lengths before and behind the name. */
  static final class Sets {
    static final long LONG = 0x1234_5678_9ABCL;
    static final double DOUBLE = 2.5;

    static Supplier<String> set(String text) {
      long sum = LONG + text.length();
      URL.setURLStreamHandlerFactory(null);
      return () -> text + sum + DOUBLE * sum;
    }
  }

  private static byte[] classFile(Class<?> type) throws IOException {
    String name = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aClassThatCallsTheSetterNamesIt() throws Exception {
    assertThat(UrlTexts.namesSetter(classFile(Sets.class))).isTrue();
    assertThat(UrlTexts.namesSetter(classFile(UrlTexts.class))).isTrue();
  }

  @Test
  void otherClassesDoNot() throws Exception {
    for (Class<?> other :
        Arrays.asList(UrlTextsTest.class, ProgramUrls.class, String.class, Arrays.class)) {
      assertThat(UrlTexts.namesSetter(classFile(other))).as(other.getName()).isFalse();
    }
  }

  @Test
  void whatIsNoClassFileIsLeftToTheJvm() throws Exception {
    byte[] sets = classFile(Sets.class);

    assertThat(UrlTexts.namesSetter(new byte[0])).isFalse();
    assertThat(UrlTexts.namesSetter(Arrays.copyOf(sets, 40))).isFalse();
  }
}
