package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;
import org.mitogen4j.programs.AssertJUser;
import org.mitogen4j.programs.PackageScanner;

/** A child behind a fast link gets the jars that its first function uses. */
@Timeout(120)
class WholeJarsTest {
  private static ClassTraffic complete(Context child) throws Exception {
    Await.until(() -> child.classTraffic().isComplete());
    return child.classTraffic();
  }

  @Test
  void theSecondChildDoesNotAskForClassFilesThatTheFirstOneReadOutOfWholeJars() throws Exception {
    Await.until( // a busy machine may take a link for a slow one
        "a child gets whole jars",
        100_000,
        () -> {
          try (Router router = Router.create()) {
            Context first = router.connect(Local.create());
            int read = first.call(PackageScanner::run);
            ClassTraffic ofFirst = complete(first);
            Context second = router.connect(Local.create());
            assertThat(second.call(PackageScanner::run)).isEqualTo(read);
            ClassTraffic ofSecond = complete(second);

            assertThat(read).isGreaterThan(100_000);
            assertThat(ofSecond.requests()).isZero();
            return ofFirst.sent().size() > ofFirst.loaded().size() + 100;
          }
        });
  }

  @Test
  void theFirstChildGetsMoreThanItLoadsAndTheNextOneWhatThatLoaded() throws Exception {
    Await.until( // a busy machine may take a link for a slow one
        "a child gets whole jars",
        100_000,
        () -> {
          try (Router router = Router.create()) {
            Context first = router.connect(Local.create());
            assertThat(first.call(AssertJUser::run)).isEqualTo(2);
            ClassTraffic ofFirst = complete(first);
            Context second = router.connect(Local.create());
            assertThat(second.call(AssertJUser::run)).isEqualTo(2);
            ClassTraffic ofSecond = complete(second);

            assertThat(ofSecond.requests()).isZero();
            assertThat(ofSecond.sent()).containsAll(ofFirst.loaded());
            assertThat(ofSecond.sent()).hasSizeLessThan(ofFirst.loaded().size() + 50);
            return ofFirst.sent().size() > ofFirst.loaded().size() + 100;
          }
        });
  }
}
