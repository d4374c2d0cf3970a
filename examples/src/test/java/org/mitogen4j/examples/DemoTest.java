package org.mitogen4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class DemoTest {
  @Test
  void theDemoGrowsATreeAndShowsIt() throws Exception {
    PrintStream stdout = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      Demo.main(new String[0]);
    } finally {
      System.setOut(stdout);
    }
    assertThat(printed.toString(UTF_8))
        .containsPattern(
            "  2 grandchild0 \\(local\\) \\w+, pid \\d+, Java \\S+, sent .*bytes\\): .* processors")
        .contains("child1 (3): ")
        .doesNotContain("failed");
  }
}
