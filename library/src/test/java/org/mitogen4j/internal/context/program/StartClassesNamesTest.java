package org.mitogen4j.internal.context.program;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A name that is wrong would be left out, and cost time only. */
class StartClassesNamesTest {
  static Stream<String> names() {
    return Stream.concat(
        Stream.of(StartClasses.FOR_JARS), Stream.of(StartClasses.FOR_FULL_CONTEXTS));
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachClassExists(String name) {
    assertThatCode(() -> Class.forName(StartClasses.CONTEXT + name)).doesNotThrowAnyException();
  }
}
