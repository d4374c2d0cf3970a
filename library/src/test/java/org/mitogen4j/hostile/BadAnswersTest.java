package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mitogen4j.hostile.Peer.hello;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Await;
import org.mitogen4j.CallException;
import org.mitogen4j.Exposed;
import org.mitogen4j.MitogenException;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;

/**
 * Whatever a child answers, the program gets a value of the declared type or a MitogenException.
 */
@Timeout(60)
class BadAnswersTest {
  private static final int LIST = 27;
  private static final String STEERING = "\u001b]0;owned\u0007\u202e\r\u2066x";

  static String text() {
    return "t";
  }

  static String[] texts() {
    return new String[0];
  }

  static List<String> list() {
    return List.of();
  }

  static Map<String, List<String>[]> lists() {
    return Map.of();
  }

  static <T> T same(T value) {
    return value;
  }

  /** A service that the hostile child pretends to run. */
  public static final class Named {
    @Exposed
    public String name() {
      return "n";
    }
  }

  private interface Asked {
    Object of(HostileTree t) throws Exception;
  }

  /** What the program gets that asks, when the child answers so. */
  private static Throwable answer(HostileTree t, long handle, Asked ask, Consumer<Encoder> answer)
      throws Exception {
    CompletableFuture<Object> got = new CompletableFuture<>();
    Thread asker =
        new Thread(
            () -> {
              try {
                got.complete(ask.of(t));
              } catch (Throwable e) {
                got.completeExceptionally(e);
              }
            });
    asker.setDaemon(true);
    asker.start();
    Peer.Frame asked = handle == Handle.CALL ? t.peer.awaitCall() : t.peer.await(t.peer.id, handle);
    t.peer.send(asked.src, asked.replyTo, 0, Peer.payload(answer));
    Throwable thrown = catchThrowable(() -> got.get(Peer.SECONDS, TimeUnit.SECONDS));
    return thrown == null ? null : thrown.getCause();
  }

  private static Consumer<Encoder> value(Object value) {
    return e -> {
      e.u8(0);
      e.value(value);
    };
  }

  private static void refused(HostileTree t, Throwable thrown, String... words) {
    assertThat(thrown)
        .isInstanceOf(MitogenException.class)
        .isNotInstanceOf(CallException.class)
        .hasMessageContaining("can't read the answer of " + t.hostile)
        .hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @EnumSource
  void aResultOfAnotherTypeThanDeclaredIsAnErrorThatNamesBoth(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Asked text =
          x -> {
            String s = x.hostile.call(BadAnswersTest::text);
            return s;
          };
      String[] both = {"java.lang.String is declared", "java.lang.Integer came"};
      refused(t, answer(t, Handle.CALL, text, value(5)), both);
      refused(t, answer(t, Handle.CALL, text, value(new Object[] {"t"})), "java.lang.Object[]");
      assertThat(answer(t, Handle.CALL, text, value(null))).isNull();
      Asked number =
          x -> {
            int n = x.hostile.call(HostileTree::twice, 1);
            return n;
          };
      for (Object wrong : new Object[] {null, "2", 2L, 2.0, true, new byte[4], new Object[0]}) {
        refused(t, answer(t, Handle.CALL, number, value(wrong)), "int is declared");
      }
      Asked texts =
          x -> {
            String[] s = x.hostile.call(BadAnswersTest::texts);
            return s.length;
          };
      refused(t, answer(t, Handle.CALL, texts, value(new Object[] {"t"})), "String[] is declared");
      Asked list =
          x -> {
            String first = x.hostile.call(BadAnswersTest::list).get(0);
            return first;
          };
      Consumer<Encoder> numbers =
          e -> {
            e.u8(0);
            e.u8(LIST);
            e.varint(1);
            e.value(7);
          };
      refused(t, answer(t, Handle.CALL, list, numbers), "List<java.lang.String>", "Integer came");
      refused(t, answer(t, Handle.CALL, list, value("x")), "List", "String came");
      Asked lists = x -> x.hostile.call(BadAnswersTest::lists).get("k")[0].get(0).length();
      refused(t, answer(t, Handle.CALL, lists, numbers), "Map is declared", "ArrayList came");
      Asked generic =
          x -> {
            String s = x.hostile.call(BadAnswersTest::<String>same, "x");
            return s;
          };
      refused(t, answer(t, Handle.CALL, generic, value(5)), "String", "Integer came");
      Asked lambda =
          x -> {
            String s = x.hostile.call(() -> "x");
            return s;
          };
      refused(t, answer(t, Handle.CALL, lambda, value(5)), "String", "Integer came");
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void resultsInChainsAndOfServicesAreHeldAgainstTheirTypesToo(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      Asked chained =
          x -> {
            String s = x.hostile.chain().call(BadAnswersTest::text);
            return s;
          };
      refused(t, answer(t, Handle.CALL, chained, value(5)), "String is declared", "Integer came");
      CompletableFuture<Throwable> got =
          CompletableFuture.supplyAsync(
              () -> catchThrowable(() -> t.hostile.service(Named.class).call("name")));
      Peer.Frame start = t.peer.awaitCall();
      t.peer.send(start.src, start.replyTo, 0, Peer.payload(value(null)));
      Peer.Frame call = t.peer.await(t.peer.id, Handle.SERVICE);
      t.peer.send(call.src, call.replyTo, 0, Peer.payload(value(5)));
      refused(t, got.get(Peer.SECONDS, TimeUnit.SECONDS), "String is declared", "Integer came");
    }
  }

  private static final Object[] NO_NUMBERS = {
    null,
    5,
    "x",
    new Object[0],
    new Object[] {1},
    new Object[] {null, null},
    new Object[] {"1", "2"},
    new Object[] {1L, 2L},
    new Object[] {-1, 0},
    new Object[] {1, 2, 3}
  };

  @ParameterizedTest
  @EnumSource
  void aLoadThatIsNoneIsAnErrorThatNamesTheContext(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      for (Object wrong : NO_NUMBERS) {
        refused(
            t, answer(t, Handle.LOAD, x -> x.hostile.workload(), value(wrong)), "calls that run");
      }
      assertThat(answer(t, Handle.LOAD, x -> x.hostile.workload(), value(new Object[] {1, 2})))
          .isNull();
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTreeIsDescribedWhateverAContextSaysOfItsLinks(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      int id = t.peer.allocate();
      byte[] hello = hello(id, t.peer.id, "17" + STEERING, STEERING, 1, "n" + STEERING, STEERING);
      t.peer.send(t.parent.id(), Handle.ADD_ROUTE, 0, hello);
      Await.until(() -> t.master.contexts().stream().anyMatch(c -> c.id() == id));
      Object[] wrong = {
        null,
        5,
        new Object[] {null, 1L, 1L, 1L, 1L},
        new Object[] {id},
        new Object[] {id, 1, 2, 3, 4}
      };
      for (Object links : wrong) {
        CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> t.master.describe());
        Peer.Frame asked = t.peer.await(t.peer.id, Handle.LINKS);
        t.peer.send(asked.src, asked.replyTo, 0, Peer.payload(value(links)));
        assertThat(text.get(Peer.SECONDS, TimeUnit.SECONDS)).contains(id + " n");
        assertPrintable(text.get());
      }
      t.othersWork();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChildThatTellsNonsenseOfAStartFailsTheStartOnly(Place place) throws Exception {
    Object[] wrong = {
      5,
      "x",
      new Object[0],
      new Object[] {"NO_REASON", "m"},
      new Object[] {"OTHER", 5},
      new Object[] {null, null}
    };
    try (HostileTree t = new HostileTree(place)) {
      Asked start = x -> x.hostile.connect(InProcess.create());
      for (Object told : wrong) {
        assertThat(answer(t, Handle.CALL, start, value(told)))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("can't read the answer of " + t.hostile);
      }
      Throwable failed =
          answer(t, Handle.CALL, start, value(new Object[] {"NO_SPACE", "full " + STEERING}));
      assertThat(failed).isInstanceOf(StartException.class).hasMessageContaining("full ?");
      assertThat(((StartException) failed).reason()).isEqualTo(StartException.Reason.NO_SPACE);
      assertPrintable(failed);
      t.othersWork();
    }
  }

  @Test
  void whatAChildThrowsCanNotSteerTheTerminal() throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      Object[] stack = {STEERING, STEERING, STEERING, 1};
      Object[] cause = {STEERING, null, new Object[0], null, new Object[0]};
      Object[] suppressed = {cause};
      Object[] thrown = {"T" + STEERING, "first\n\tsecond" + STEERING, stack, cause, suppressed};
      Throwable e =
          answer(
              t,
              Handle.CALL,
              x -> x.hostile.call(BadAnswersTest::text),
              a -> {
                a.u8(1);
                a.value(thrown);
              });
      assertThat(e).isInstanceOf(CallException.class).hasMessageContaining("first\n\tsecond");
      assertPrintable(e);
      assertPrintable(((CallException) e).remoteType() + ((CallException) e).remoteMessage());
      assertPrintable(e.getSuppressed()[0]);
      assertPrintable(
          answer(t, Handle.CALL, x -> x.hostile.call(BadAnswersTest::text), a -> a.u8(99)));
      Consumer<Encoder> zone =
          a -> {
            a.u8(0);
            a.u8(38); // a time zone
            a.text("Europe/" + STEERING);
          };
      assertPrintable(answer(t, Handle.CALL, x -> x.hostile.call(BadAnswersTest::text), zone));
    }
  }

  private static void assertPrintable(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    assertPrintable(text.toString());
  }

  private static void assertPrintable(String text) {
    assertThat(text).doesNotContain("\u001b", "\u0007", "\r", "\u202e", "\u2066");
  }
}
