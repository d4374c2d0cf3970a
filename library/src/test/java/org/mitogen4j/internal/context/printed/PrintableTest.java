package org.mitogen4j.internal.context.printed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.mitogen4j.MitogenException;
import org.mitogen4j.StartException;

/** What another process wrote, as it is shown. */
class PrintableTest {
  /** Whether a text could do more to a terminal or a reader than be read. */
  private static boolean steers(String text, boolean multiLine) {
    return text.codePoints()
        .anyMatch(
            c ->
                (Character.isISOControl(c) && !(multiLine && (c == '\n' || c == '\t')))
                    || (c >= 0x202a && c <= 0x202e)
                    || (c >= 0x2066 && c <= 0x2069)
                    || c == 0x200e
                    || c == 0x200f
                    || c == 0x61c
                    || c == 0x2028
                    || c == 0x2029
                    || c == 0xfeff
                    || c == 0xe0001
                    || (c >= 0xe0020 && c <= 0xe007f)
                    || (c >= 0xd800 && c <= 0xdfff));
  }

  @Property(tries = 2000)
  void noTextSteersTheTerminal(@ForAll String text) {
    assertThat(steers(Printable.line(text), false)).isFalse();
    assertThat(steers(Printable.lines(text), true)).isFalse();
    assertThat(Printable.line(text).length()).isLessThanOrEqualTo(2003);
  }

  @Test
  void everyCharacterIsEitherHarmlessOrReplaced() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String text = new String(Character.toChars(c));
      assertThat(steers(Printable.line(text), false)).as("U+%04X", c).isFalse();
      assertThat(steers(Printable.lines(text), true)).as("U+%04X", c).isFalse();
    }
  }

  @Test
  void textsInAnyScriptStayAsTheyAre() {
    for (String text :
        List.of(
            "",
            "plain",
            "größe",
            "日本語",
            "עברית",
            "العربية",
            "क्ष",
            "\uD83D\uDE00",
            "\uD83D\uDC68\u200D\uD83D\uDC69",
            "می\u200cخواهم",
            "a~b")) {
      assertThat(Printable.line(text)).isEqualTo(text);
      assertThat(Printable.lines(text)).isEqualTo(text);
    }
    assertThat(Printable.line(null)).isNull();
    assertThat(Printable.lines(null)).isNull();
  }

  @Test
  void linesStayWhereTheyAreMeantAndGoWhereNot() {
    assertThat(Printable.lines("a\r\n\tb\rc\u2028d\u0085e\n")).isEqualTo("a\n\tb\nc\nd\ne\n");
    assertThat(Printable.line("a\r\n\tb\rc\u2028d\u0085e\n")).isEqualTo("a  b c d e ");
    assertThat(Printable.line("a\u001b[2Jb\u0007\u202ec\ud800d\u007f")).isEqualTo("a?[2Jb??c?d?");
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    assertThat(Printable.line("abc\uD83D\uDE00", 4)).isEqualTo("abc...");
    assertThat(Printable.line("x".repeat(5000))).isEqualTo("x".repeat(2000) + "...");
  }

  @Test
  void exceptionsOfTheLibraryAndTheirCausesArePrintable() {
    RuntimeException deepest = new IllegalStateException("deep \u001b[31m");
    Throwable cause = new IllegalArgumentException("middle", deepest);
    RuntimeException failure = new MitogenException("top \u202e\u0007", cause);
    Exception start =
        new StartException(
            StartException.Reason.OTHER, "stderr: \u001b]0;owned\u0007\n\tlast line");
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    start.printStackTrace(new PrintWriter(text));
    assertThat(steers(text.toString(), true)).as("%s", text).isFalse();
    assertThat(text.toString()).contains("deep ?[31m", "top ??", "]0;owned?\n\tlast line");
    assertThat(failure.getCause()).hasMessageContaining("IllegalArgumentException: middle");
    Throwable clean = new IllegalArgumentException("clean", new RuntimeException("too"));
    assertThat(new MitogenException("x", clean)).hasCause(clean);
    assertThat(new MitogenException("x", clean).getCause()).isSameAs(clean);
  }

  @Test
  void aCircleOfCausesEnds() {
    RuntimeException a = new RuntimeException("a\u0007");
    RuntimeException b = new RuntimeException("b", a);
    a.initCause(b);
    assertThat(Printable.cause(a)).hasMessageContaining("a?");
  }
}
