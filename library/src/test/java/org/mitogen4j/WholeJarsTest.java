package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** A child behind a fast link gets the jars that its first function uses. */
@Timeout(120)
class WholeJarsTest {
  /** Uses AssertJ, whose jar has some 2,000 classes. */
  static int uses() {
    assertThat(List.of("one", "two")).filteredOn(text -> text.length() == 3).contains("two");
    return 2;
  }

  private static ClassTraffic complete(Context child) throws Exception {
    Await.until(() -> child.classTraffic().isComplete());
    return child.classTraffic();
  }

  @Test
  void theFirstChildGetsMoreThanItLoadsAndTheNextOneWhatThatLoaded() throws Exception {
    Await.until( // a busy machine may take a link for a slow one
        "a child gets whole jars",
        100_000,
        () -> {
          try (Router router = Router.create()) {
            Context first = router.connect(Local.create());
            assertThat(first.call(WholeJarsTest::uses)).isEqualTo(2);
            ClassTraffic ofFirst = complete(first);
            Context second = router.connect(Local.create());
            assertThat(second.call(WholeJarsTest::uses)).isEqualTo(2);
            ClassTraffic ofSecond = complete(second);

            assertThat(ofSecond.requests()).isZero();
            assertThat(ofSecond.sent()).containsAll(ofFirst.loaded());
            assertThat(ofSecond.sent()).hasSizeLessThan(ofFirst.loaded().size() + 50);
            return ofFirst.sent().size() > 1000;
          }
        });
  }
}
