package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.connect.Local;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;

/** The reason for which a context is gone is data for the threads that wait for it. */
@Timeout(60)
class EndReasonTest {
  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyKindHasItsNumberOnTheWire(EndReason.Kind kind) throws Exception {
    assertThat(EndCause.class.getField(kind.name()).getInt(null)).isEqualTo(kind.number());
    assertThat(EndReason.of(new EndCause(kind.number(), "why")).kind()).isEqualTo(kind);
  }

  @Test
  void aKindThatIsNotKnownHereIsLost() {
    for (int unknown : new int[] {-1, EndReason.Kind.values().length, 127, -128}) {
      assertThat(EndReason.of(new EndCause(unknown, "why")).kind()).isEqualTo(EndReason.Kind.LOST);
    }
  }

  static void exit() {
    System.exit(0);
  }

  static void halt() {
    Runtime.getRuntime().halt(0);
  }

  @Test
  void aProgramThatExitsIsNamedWithTheLine() throws Exception {
    Context child = completeChild();

    DisconnectedException e =
        catchThrowableOfType(DisconnectedException.class, () -> child.run(EndReasonTest::exit));

    assertThat(e.context()).isEqualTo(child);
    assertThat(e.reason().kind()).isEqualTo(EndReason.Kind.EXITED);
    assertThat(e.reason().text())
        .contains("called System.exit at " + EndReasonTest.class.getName() + ".exit(");
  }

  @Test
  void aProcessThatEndsWithoutAWordIsLostInTheFunctionThatWasCalledLast() throws Exception {
    Context child = completeChild();

    DisconnectedException e =
        catchThrowableOfType(DisconnectedException.class, () -> child.run(EndReasonTest::halt));

    assertThat(e.reason().kind()).isEqualTo(EndReason.Kind.LOST);
    assertThat(e).hasMessageContaining("exit code 0").hasMessageContaining("EndReasonTest#halt");
  }

  /** From now on the next question how busy this context is fails on its reading thread. */
  static void failWhenAsked(String type) {
    ContextRuntime context = TestRouters.of(Router.current());
    context.router.handlers.put(
        Handle.LOAD,
        new Handler() {
          @Override
          public void receive(Message message) {
            if (type.equals("OutOfMemoryError")) {
              throw new OutOfMemoryError("no room");
            } else if (type.equals("NoClassDefFoundError")) {
              throw new NoClassDefFoundError("no room");
            }
            throw new IllegalStateException("no room");
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "OutOfMemoryError, FAILED",
    "NoClassDefFoundError, FAILED",
    "IllegalStateException, PROTOCOL_ERROR"
  })
  void aChildWhoseReadingThreadFailsSaysWhy(String type, EndReason.Kind kind) throws Exception {
    Context child = completeChild();
    child.run(EndReasonTest::failWhenAsked, type);

    DisconnectedException e = catchThrowableOfType(DisconnectedException.class, child::workload);

    assertThat(e.context()).isEqualTo(child);
    assertThat(e.reason().kind()).isEqualTo(kind);
    assertThat(e.reason().text()).isEqualTo("child gave up: java.lang." + type + ": no room");
    assertThat(e).hasMessageContaining(e.reason().text());
  }

  private Context completeChild() throws Exception {
    Context child = router.connect(Local.create().name("child"));
    child.workload(); // which takes more than the kernel image
    return child;
  }

  static void nothing() {
    // only to have run
  }

  @Test
  void aClosedRouterIsAReasonOfItsOwn() throws Exception {
    Context child = router.connect(Local.create());
    router.close();

    DisconnectedException e =
        catchThrowableOfType(DisconnectedException.class, () -> child.run(EndReasonTest::nothing));

    assertThat(e.reason().kind()).isEqualTo(EndReason.Kind.SHUT_DOWN);
  }

  /** Texts of reasons and exceptions are for people: no code of the library compares them. */
  @Test
  void noCodeDecidesByTheTextOfAReason() throws IOException {
    String text = "(getMessage\\(\\)|\\breason\\(\\)|\\.text(\\(\\))?|\\bwhy|\\breason|\\bcause)";
    String compares = "\\.(startsWith|endsWith|contains|equals|matches|indexOf)\\(\"";
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<String> wrong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .flatMap(EndReasonTest::lines)
              .filter(line -> line.matches(".*" + text + compares + ".*"))
              .toList();
      assertThat(wrong).isEmpty();
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(line -> file.getFileName() + ": " + line.trim())
          .filter(line -> !line.toLowerCase(Locale.ROOT).contains(": * "));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
