package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;

/** What is known of a context's classes when its reports come late or between functions. */
@Timeout(60)
class SentClassesTest {
  private final SentClasses classes = new SentClasses();

  private void runs(String function, String... sent) {
    classes.running.put(function, new HashSet<>(Set.of(sent)));
  }

  @Test
  void aReportThatComesAfterTheNextRequestCountsForTheFunctionOfThatRequest() {
    runs("first");
    runs("second", "app.Early");
    classes.answered("first");
    classes.takeUnreported();
    classes.answered("second");
    classes.takeUnreported();

    classes.takeReportedBefore("first");
    classes.noteReport(Set.of("app.Early"));

    assertThat(classes.takeReportedBefore("second")).containsExactly("app.Early");
  }

  @Test
  void whatWasSentForAnotherFunctionCountsForTheOneThatRanWhenItWasLoaded() {
    runs("runs", "app.Own");

    classes.noteUnclaimed(Set.of("app.Own", "app.Others"));

    assertThat(classes.isAskedFor("app.Others", "runs")).isTrue();
    assertThat(classes.isAskedFor("app.Own", "runs")).isFalse();
  }

  @Test
  void theTrafficIsOfOneMoment() throws Exception {
    classes.sent.add("app.Main");
    classes.reportable.add("app.Main");
    runs("runs");
    classes.answered("runs");
    List<Object> read = new ArrayList<>();
    Thread report = new Thread(() -> classes.noteReport(Set.of("app.Main")));

    classes.read(
        all -> {
          read.add(all.used());
          report.start();
          try {
            Await.until(() -> report.getState() == Thread.State.BLOCKED);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          return read.add(all.hasReported());
        });
    report.join();

    assertThat(read).containsExactly(List.of(), false);
    assertThat(classes.hasReported()).isTrue();
    assertThat(classes.used()).containsExactly("app.Main");
  }

  @Test
  void reportsAreLearnedFromOneAfterAnotherInTheirOrder() {
    List<Runnable> pool = new ArrayList<>();
    List<Integer> learned = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int report = i;
      classes.learn(() -> learned.add(report), pool::add);
    }

    while (!pool.isEmpty()) {
      assertThat(pool).hasSize(1);
      pool.remove(0).run();
    }

    assertThat(learned).containsExactly(0, 1, 2);
  }

  @Test
  void aStoppedFunctionIsNotWaitedFor() {
    runs("answered");
    runs("stopped");
    classes.answered("answered");
    classes.takeUnreported();
    classes.stopped("stopped");

    classes.noteReport(Set.of());

    assertThat(classes.hasReported()).isTrue();
  }
}
