package org.mitogen4j.internal.context.printed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CrashSplitterTest {
  private static final String HEAD =
      """
      #
      # A fatal error has been detected by the Java Runtime Environment:
      #
      #  SIGSEGV (0xb) at pc=0x00007f, pid=42, tid=43
      #
      # Problematic frame:
      # V [x]
      #
      """;
  private static final String BODY =
      """

      ---------------  S U M M A R Y ------------

      Command Line: -Xmx1g

      END.
      #
      # If you would like to submit a bug report, please visit:
      #
      """;
  private static final String NO_MEMORY =
      """
      # There is insufficient memory for the Java Runtime Environment to continue.
      # Native memory allocation (mmap) failed to map 65536 bytes.
      # An error report file with more information is saved as:
      # /tmp/hs_err_pid42.log
      """;

  private final StringBuilder plain = new StringBuilder();
  private final StringBuilder report = new StringBuilder();

  private void take(boolean ofReport, byte[] lines) {
    (ofReport ? report : plain).append(new String(lines, StandardCharsets.US_ASCII));
  }

  private void split(long pid, String... parts) throws InterruptedException {
    CrashSplitter splitter = new CrashSplitter(pid);
    for (String part : parts) {
      splitter.add(part.getBytes(StandardCharsets.US_ASCII), this::take);
    }
    splitter.finish(this::take);
  }

  @Test
  void aReportOfTheProcessItselfIsFound() throws Exception {
    split(42, "before\n" + HEAD + BODY);
    assertThat(plain).hasToString("before\n#\n");
    assertThat(report).hasToString((HEAD + BODY).substring(2));
  }

  @Test
  void aLackOfMemoryIsFoundByTheNameOfTheReportsFile() throws Exception {
    split(42, NO_MEMORY);
    assertThat(report).hasToString(NO_MEMORY);
  }

  @Test
  void aReportOfAnotherProcessIsPlainOutput() throws Exception {
    String all = HEAD + BODY + "after\n" + NO_MEMORY;
    split(421, all);
    assertThat(plain).hasToString(all);
    assertThat(report).isEmpty();
  }

  @Test
  void whatComesBehindAReportIsPlainOutput() throws Exception {
    split(CrashSplitter.ANY, HEAD + BODY, "after\n", "# a comment\n");
    assertThat(plain).hasToString("#\nafter\n# a comment\n");
  }

  @Test
  void aReportThatNamesNoProcessIsPlainOutput() throws Exception {
    split(42, NO_MEMORY.split("(?<=\n)")[0], "all is well\n");
    assertThat(plain).hasToString(NO_MEMORY.split("(?<=\n)")[0] + "all is well\n");
    split(CrashSplitter.ANY, NO_MEMORY.split("(?<=\n)")[0]);
    assertThat(plain.toString()).endsWith(NO_MEMORY.split("(?<=\n)")[0]);
    assertThat(report).isEmpty();
  }

  @Property(tries = 200)
  void itDoesNotMatterHowManyLinesComeAtATime(@ForAll long seed, @ForAll boolean own)
      throws InterruptedException {
    plain.setLength(0);
    report.setLength(0);
    String all = "one\n" + HEAD + BODY + "two\n" + HEAD + "three\n";
    Random random = new Random(seed);
    StringBuilder parts = new StringBuilder();
    for (String line : all.split("(?<=\n)")) {
      parts.append(line).append(random.nextInt(3) == 0 ? "\0" : "");
    }
    split(own ? 42 : 7, parts.toString().split("\0"));
    assertThat(plain.toString()).isEqualTo(own ? "one\n#\ntwo\n#\nthree\n" : all);
  }

  @Property(tries = 300)
  void noLineIsLost(@ForAll long seed) throws InterruptedException {
    plain.setLength(0);
    report.setLength(0);
    String[] lines = (HEAD + BODY + NO_MEMORY + "x\n[y]\n\n").split("(?<=\n)");
    Random random = new Random(seed);
    String[] parts = new String[40];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = lines[random.nextInt(lines.length)];
      length += parts[i].length();
    }
    split(random.nextBoolean() ? 42 : CrashSplitter.ANY, parts);
    assertThat(plain.length() + report.length()).isEqualTo(length);
  }
}
