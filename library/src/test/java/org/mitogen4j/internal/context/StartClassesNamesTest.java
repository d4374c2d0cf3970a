package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A name that is wrong would be left out, and cost time only. */
class StartClassesNamesTest {
  static String[] names() {
    return StartClasses.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachClassExists(String name) {
    assertThatCode(() -> Class.forName(ContextRuntime.INTERNAL + "context." + name))
        .doesNotThrowAnyException();
  }
}
