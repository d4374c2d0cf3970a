package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractIterableAssert;
import org.assertj.core.api.ListAssert;
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

  private interface Check {
    void of(int result, ClassTraffic first, ClassTraffic second);
  }

  /** Runs a function in two children, one after the other; again until the first got whole jars. */
  private static void inTwoChildren(Functions.RemoteFunction0<Integer> function, Check check)
      throws Exception {
    Await.until( // a busy machine may take a link for a slow one
        "a child gets whole jars",
        100_000,
        () -> {
          try (Router router = Router.create()) {
            Context first = router.connect(Local.create());
            int result = first.call(function);
            ClassTraffic ofFirst = complete(first);
            Context second = router.connect(Local.create());
            assertThat(second.call(function)).isEqualTo(result);

            check.of(result, ofFirst, complete(second));
            return ofFirst.sent().size() > ofFirst.loaded().size() + 100;
          }
        });
  }

  @Test
  void theSecondChildDoesNotAskForClassFilesThatTheFirstOneReadOutOfWholeJars() throws Exception {
    inTwoChildren(
        PackageScanner::run,
        (read, first, second) -> {
          assertThat(read).isGreaterThan(100_000);
          assertThat(second.requests()).isZero();
        });
  }

  @Test
  void theFirstChildGetsMoreThanItLoadsAndTheNextOneWhatThatLoaded() throws Exception {
    inTwoChildren(
        AssertJUser::run,
        (result, first, second) -> {
          assertThat(result).isEqualTo(2);
          assertThat(second.requests()).isZero();
          assertThat(second.sent()).containsAll(first.loaded());
          assertThat(second.sent()).hasSizeLessThan(first.loaded().size() + 50);
        });
  }

  @Test
  void theSuperclassesAndInterfacesOfUsedClassesGoAheadOfTheCall() throws Exception {
    Set<String> expected = new HashSet<>();
    addAbove(ListAssert.class, expected);
    Await.until( // a busy machine may take a link for a slow one
        "a child gets whole jars",
        100_000,
        () -> {
          try (ClassesSent sent = new ClassesSent();
              Router router = Router.create()) {
            Context first = router.connect(Local.create());
            assertThat(first.call(AssertJUser::run)).isEqualTo(2);
            List<String> ahead =
                sent.lines().stream()
                    .takeWhile(line -> !line.endsWith("called"))
                    .map(line -> line.split(" ")[1])
                    .toList();
            assertThat(expected).contains(AbstractIterableAssert.class.getName());
            return ahead.containsAll(expected);
          }
        });
  }

  private static void addAbove(Class<?> type, Set<String> names) {
    if (type != null && type.getName().startsWith("org.assertj.") && names.add(type.getName())) {
      addAbove(type.getSuperclass(), names);
      for (Class<?> above : type.getInterfaces()) {
        addAbove(above, names);
      }
    }
  }
}
