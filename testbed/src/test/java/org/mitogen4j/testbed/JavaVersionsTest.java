package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mitogen4j.Context;
import org.mitogen4j.MitogenException;
import org.mitogen4j.Router;

/**
 * A program that was compiled for a newer Java than the child's is refused, in clear words: these
 * tests are compiled for Java 17.
 */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class JavaVersionsTest {
  static int twice(int n) {
    return 2 * n;
  }

  private static void refuses(Context child, int version) {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> child.call(JavaVersionsTest::twice, 21))
          .isInstanceOf(MitogenException.class)
          .hasMessageStartingWith(
              "class org.mitogen4j.testbed.JavaVersionsTest was compiled for Java 17"
                  + " (class file version 61), but context "
                  + child.name()
                  + " runs Java ")
          .hasMessageEndingWith(
              ": compile with --release "
                  + version
                  + ", or give the child a newer Java with javaPath(...)");
    }
    assertThat(child.call(Work::add, 1, 2)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"java8, 8", "java11, 11"})
  void aClassThatIsTooNewIsRefusedBeforeItIsSent(String host, int version) throws Exception {
    try (Router router = Router.create()) {
      refuses(router.connect(Hosts.ssh(host)), version);
    }
  }

  @ParameterizedTest
  @CsvSource({"java8, 8", "java11, 11"})
  void aClassThatIsTooNewInTheFirstFlightIsToldOfInTheSameWords(String host, int version)
      throws Exception {
    try (Router router = Router.create()) {
      refuses(router.connectAsync(Hosts.ssh(host)), version);
    }
  }
}
