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

  @Test
  void aWayThatCanNotBeReadIsToldInWordsWithItsPlace() throws Exception {
    Process demo =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                "ssh://web1,bogus://x")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(demo.getErrorStream().readAllBytes(), UTF_8);

    assertThat(demo.waitFor()).isEqualTo(2);
    assertThat(said)
        .contains("demo: there is no scheme 'bogus', at character 12")
        .doesNotContain("\tat ");
  }
}
