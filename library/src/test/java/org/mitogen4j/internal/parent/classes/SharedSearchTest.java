package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.master.ProgramClasses;

/** Children that run one function share the search for its classes. */
@Timeout(60)
class SharedSearchTest {
  /** A function of a library that reaches some hundred classes. */
  private static final String FUNCTION =
      "org.assertj.core.api.Assertions;assertThat;"
          + "(Ljava/lang/String;)Lorg/assertj/core/api/AbstractStringAssert;";

  private static final int CHILDREN = 8;
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** The files, and the brief search ahead of the call: all searches go on from it. */
  private static ClassFiles files;

  private static CallDependencies.Result brief;

  @BeforeAll
  static void searchBriefly() {
    ClassCache cache = new ClassCache(new byte[0], new byte[0]);
    files = new ClassFiles(new ProgramClasses(cache, SharedSearchTest.class.getClassLoader()));
    brief =
        CallDependencies.of(
            files, FUNCTION, Collections.emptyList(), new CallDependencies.Effort(0, 1, 1000));
    assertThat(brief.cut).isTrue();
  }

  private static SharedSearch search() {
    return new SharedSearch(CallDependencies.after(files, FUNCTION, brief));
  }

  private static List<String> all(SharedSearch search) {
    return all(search, STEP_NANOS);
  }

  private static List<String> all(SharedSearch search, long nanos) {
    List<String> all = new ArrayList<>();
    for (; ; ) {
      boolean wasAtEnd = search.isAtEnd();
      List<String> more = search.next(all.size(), nanos);
      all.addAll(more);
      if (more.isEmpty() && wasAtEnd) {
        return all;
      }
    }
  }

  @Test
  void childrenThatComeTogetherTakeTheSameClasses() throws Exception {
    SharedSearch search = search();
    ExecutorService threads = Executors.newFixedThreadPool(CHILDREN);
    List<Future<List<String>>> children = new ArrayList<>();
    for (int i = 0; i < CHILDREN; i++) {
      children.add(threads.submit(() -> all(search)));
    }
    threads.shutdown();

    List<String> first = children.get(0).get();
    assertThat(first).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    for (Future<List<String>> child : children) {
      assertThat(child.get()).isEqualTo(first);
    }
  }

  @Test
  void aChildThatComesLaterTakesWhatWasFound() {
    SharedSearch search = search();
    List<String> first = all(search);

    assertThat(search.next(0, 0))
        .isNotEmpty()
        .isEqualTo(first.subList(0, Math.min(150, first.size())));
    assertThat(all(search)).isEqualTo(first);
  }

  @Test
  void aStepThatFindsNothingInItsTimeIsNotTheEnd() {
    assertThat(all(search(), 0)).isEqualTo(all(search()));
  }

  @Test
  void aSearchLastsUntilTheLastChildLeaves() {
    ClassSearches searches = new ClassSearches(files);
    SharedSearch first = searches.shared(FUNCTION);
    assertThat(searches.shared(FUNCTION)).isSameAs(first);

    searches.leave(FUNCTION, first);
    assertThat(searches.shared(FUNCTION)).isSameAs(first);
    searches.leave(FUNCTION, first);
    searches.leave(FUNCTION, first);

    assertThat(searches.shared(FUNCTION)).isNotSameAs(first);
  }
}
