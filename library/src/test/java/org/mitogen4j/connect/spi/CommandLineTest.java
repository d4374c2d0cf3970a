package org.mitogen4j.connect.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program that starts a child, with its environment. */
@Timeout(60)
class CommandLineTest {
  private static final List<String> WORDS = Arrays.asList("env");

  @Test
  void aVariableWithoutAValueIsRefusedByItsName() {
    CommandLine line = CommandLine.of(WORDS, new byte[0]);
    assertThatThrownBy(() -> line.environment("A", "1", "LANG"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the variable 'LANG' has no value: give a value behind each name");
    assertThatThrownBy(() -> ProcessConnection.launch(WORDS, "LANG"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'LANG'");
  }

  @Test
  void aVariableThatIsSetTwiceHasItsLastValue() throws Exception {
    CommandLine line =
        CommandLine.of(WORDS, new byte[0]).environment("A", "1").environment("B", "2", "A", "3");
    Process program = line.launch();
    try {
      assertThat(new String(program.getInputStream().readAllBytes(), UTF_8))
          .contains("A=3\n", "B=2\n")
          .doesNotContain("A=1");
    } finally {
      program.destroyForcibly();
    }
  }
}
