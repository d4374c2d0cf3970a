package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** What functions return, and what they take, over real children. */
@Timeout(60)
class ResultsTest {
  record Usage(String path, long used, State state, List<Usage> parts) {}

  enum State {
    FULL,
    FREE
  }

  static final class Report implements Serializable {
    private static final long serialVersionUID = 1;
    private String title;
    private Usage usage;

    private Report() {}

    static Report of(String title, Usage usage) {
      Report report = new Report();
      report.title = title;
      report.usage = usage;
      return report;
    }
  }

  static List<ConnectionMethod<?>> methods() {
    return List.of(InProcess.create(), Local.create());
  }

  // ---- functions

  static Object returned(Object value) {
    return value;
  }

  static List<Object> all() {
    return Arrays.asList(
        null,
        (byte) 1,
        (short) 2,
        'c',
        4,
        5L,
        6f,
        7.0,
        "text \uD83D\uDE00",
        Instant.EPOCH,
        LocalDate.EPOCH,
        Duration.ZERO,
        new UUID(1, 2),
        TimeUnit.DAYS,
        Optional.of("o"),
        Map.of("k", Arrays.asList(1, null)));
  }

  static Usage usage() {
    Usage part = new Usage(null, 1, null, null);
    return new Usage("/", 2, State.FULL, Arrays.asList(part, null, part));
  }

  static List<Usage> usages() {
    return List.of(usage(), usage());
  }

  static Map<State, Usage[]> byState() {
    Map<State, Usage[]> map = new LinkedHashMap<>();
    map.put(State.FREE, new Usage[] {usage(), null});
    map.put(null, null);
    return map;
  }

  static Object hidden() {
    return usage();
  }

  static Report report() {
    return Report.of("t", usage());
  }

  @SuppressWarnings("NonApiType") // what becomes of it is to be seen
  static TreeMap<String, Integer> sorted() {
    return new TreeMap<>(Map.of("b", 1, "a", 2));
  }

  static CompletableFuture<Usage> later() {
    return CompletableFuture.completedFuture(usage());
  }

  static Context self() {
    return Router.current().self();
  }

  static String name(List<Context> contexts) {
    return contexts.get(0).name() + contexts.get(0).id();
  }

  static List<Object> runtimes() {
    return List.of(Runtime.getRuntime());
  }

  static final class Holder implements Serializable {
    private static final long serialVersionUID = 1;
    private final Context context;

    Holder(Context context) {
      this.context = context;
    }

    int id() {
      return context.id();
    }
  }

  static int held(Holder holder) {
    return holder.id();
  }

  // ---- tests

  @ParameterizedTest
  @MethodSource("methods")
  void resultsOfEveryTypeArrive(ConnectionMethod<?> method) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connectAsync(method);
      assertThat(child.call(ResultsTest::usage)).isEqualTo(usage()); // the first: with its codec
      assertThat(child.call(ResultsTest::all)).isEqualTo(all());
      for (Object value : all()) {
        assertThat(child.call(ResultsTest::returned, value)).isEqualTo(value);
      }
      assertThat(child.call(ResultsTest::usages)).isEqualTo(usages());
      Map<State, Usage[]> byState = child.call(ResultsTest::byState);
      assertThat(byState.get(State.FREE)).containsExactly(usage(), null);
      assertThat(byState).containsEntry(null, null);
      Report report = child.call(ResultsTest::report);
      assertThat(report.usage).isEqualTo(usage());
      assertThat(report.title).isEqualTo("t");
      TreeMap<String, Integer> sorted = child.call(ResultsTest::sorted);
      assertThat(sorted.firstKey()).isEqualTo("a");
      assertThat(child.call(() -> usage())).isEqualTo(usage());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatTheCallerDoesNotExpectItCanAllow(ConnectionMethod<?> method) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(method);
      assertThatThrownBy(() -> child.call(ResultsTest::hidden))
          .hasMessageContaining("router.allowTypes(ResultsTest.Usage.class)")
          .hasMessageContaining(child.name());
      assertThat(router.allowTypes(Usage.class)).isSameAs(router);
      assertThat(child.call(ResultsTest::hidden)).isEqualTo(usage());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aResultThatCanNotBeSentIsNamed(ConnectionMethod<?> method) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(method);
      assertThatThrownBy(() -> child.call(ResultsTest::runtimes))
          .hasMessageContaining("java.lang.Runtime")
          .hasMessageContaining("records");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void contextsTravelBothWays(ConnectionMethod<?> method) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(method);
      Context other = router.connect(InProcess.create().name("other"));
      assertThat(child.call(ResultsTest::self)).isEqualTo(child);
      List<Context> list = new ArrayList<>(List.of(other));
      assertThat(child.call(ResultsTest::name, list)).isEqualTo("other" + other.id());
      assertThat(child.call(ResultsTest::held, new Holder(other))).isEqualTo(other.id());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatACompletionStageHoldsIsExpected(ConnectionMethod<?> method) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(method);
      Object usage = child.call(ResultsTest.class, "later");
      assertThat(usage).isEqualTo(usage());
    }
  }
}
