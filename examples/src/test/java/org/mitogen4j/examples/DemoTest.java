package org.mitogen4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class DemoTest {
  @Test
  void theDemoGrowsATreeAndShowsIt() throws Exception {
    assertThat(printed("--explain"))
        .contains("child1 (3): ")
        .containsPattern("\\n   runs: sh -c 'T=[0-9a-f]{16};")
        .containsPattern("grandchild0 \\(2\\): carrier started \\d+ ms, .*, first result \\d+ ms")
        .containsPattern(
            "  2 grandchild0 \\(local\\) \\w+, pid \\d+, Java \\S+, sent .*bytes\\): .* processors")
        .containsPattern(
            "class org.mitogen4j.examples.Demo to child0 \\(1\\): called \\[\\d+ bytes")
        .containsPattern("child0 \\(1\\): \\d+ classes sent, ")
        .doesNotContain("failed");
  }

  @Test
  void aDryRunTellsTheCommandsAndStartsNothing() throws Exception {
    assertThat(printed("--dry-run", "ssh://me@no.such.host.invalid,sudo://root"))
        .contains("1. ssh.no.such.host.invalid, started by master: ssh me@no.such.host.invalid\n")
        .contains("\n2. sudo.root, started by ssh.no.such.host.invalid: sudo root\n")
        .contains("   runs: LC_ALL=C ")
        .doesNotContain("Answers");
  }

  private static String printed(String... arguments) throws Exception {
    PrintStream stdout = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      Demo.main(arguments);
    } finally {
      System.setOut(stdout);
    }
    return printed.toString(UTF_8);
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
